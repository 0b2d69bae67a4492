/**
 * What stands in the place of the text: the server's HTML, the live editor, or (a document with parts
 * that the editor does not know) its plain rendering. The editor is built once and survives reconnects.
 */
import type { Editor } from '@tiptap/core'
import { words } from '../catalogue'
import { say } from '../status/saying'
import type { Provider } from '../wire/provider'
import type { Action } from './actions'
import { mount } from './editor'
import { knows } from './foreign'
import { showPlain } from './plain'
import { schema } from './schema-of'
import { Toolbar } from './toolbar'
import { goTo, whereabouts } from './whereabouts'

export class Stage {
  /** The document holds parts that the editor does not know: from then on it is only shown. */
  foreign = false
  #editor: Editor | null = null
  #toolbar: Toolbar | null = null
  #stopPlain: (() => void) | null = null

  constructor(
    readonly place: HTMLElement,
    readonly tools: HTMLElement,
    readonly provider: Pick<Provider, 'doc' | 'awareness' | 'hold'>,
    /** What one may do without writing. */
    readonly others: () => readonly Action[] = () => [],
  ) {
    tools.hidden = true
  }

  /** The live editor; null while the text is shown otherwise. */
  get editor(): Editor | null {
    return this.#editor
  }

  /** Shows the provider's document, which is new or was replaced. */
  show(editable: boolean): void {
    const { doc, awareness } = this.provider
    const left = this.#editor && whereabouts(this.#editor)
    const forgets = this.#editor?.can().undo() ?? false
    this.clear()
    this.foreign = !knows(schema, doc)
    if (this.foreign) return this.#showPlain()
    const scroll = scrollY
    const hold = (composing: boolean) => this.provider.hold(composing)
    this.#editor = mount(this.place, { doc, awareness, hold }, editable)
    this.#toolbar = new Toolbar(this.tools, this.#editor, this.others)
    if (left) goTo(this.#editor, left)
    scrollTo({ top: scroll })
    // What could be undone is known by ids of a document that is no more.
    if (forgets) say(words.undoAnew)
  }

  /** Unknown parts are arriving: the editor must let go before it meets them. */
  release(): void {
    this.foreign = true
    this.clear()
    this.#showPlain()
  }

  setEditable(editable: boolean): void {
    const may = editable && !this.foreign
    if (this.#editor && this.#editor.isEditable !== may) this.#editor.setEditable(may, false)
    if (this.#toolbar) this.#toolbar.draw()
    else this.tools.hidden = true
  }

  /** Puts the caret into a text that is still to be written. */
  begin(): void {
    const editor = this.#editor
    if (editor?.isEditable && editor.isEmpty) editor.view.focus()
  }

  clear(): void {
    this.#stopPlain?.()
    this.#stopPlain = null
    this.#toolbar?.destroy()
    this.#editor?.destroy()
    this.#toolbar = this.#editor = null
  }

  #showPlain(): void {
    const { doc } = this.provider
    const draw = () => showPlain(this.place, doc)
    draw()
    doc.on('afterAllTransactions', draw)
    this.#stopPlain = () => doc.off('afterAllTransactions', draw)
  }
}
