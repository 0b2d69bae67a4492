/**
 * Author colours in the text that is edited, and who wrote what is selected there: from the server's
 * columns alone. What they do not tell of yet says so, and is asked for when typing pauses.
 */
import '../styles/authors.css'
import type { Editor } from '@tiptap/core'
import type { Transaction } from '@tiptap/pm/state'
import { render } from 'lit-html'
import { Refused, Unreachable } from '../api'
import { words } from '../catalogue'
import { FRAGMENT } from '../editor/foreign'
import type { Desk } from './acting'
import { Authorship } from './authorship'
import type { Blame } from './blame'
import { contributions } from './contributions'
import { LiveColours } from './live-colours'
import { strip } from './live-strip'
import { present } from './past'
import { Pause } from './pause'

/** A drawing that takes longer (ms) waits, so that drawing takes at most a tenth of the time. */
const QUICK = 12
/** A selection is told, and the server asked, when it has been quiet for so long (ms), at the latest then. */
const TELL = { quiet: 250, latest: 1_000 }
const ASK = { quiet: 1_200, latest: 6_000 }

export class LiveAuthors {
  readonly #strip = document.createElement('section')
  readonly #drawing = new Pause(() => this.#draw())
  readonly #telling = new Pause(() => this.#tell())
  readonly #asking = new Pause(() => void this.#grow())
  #authorship: Authorship | null = null
  #editor: Editor | null = null
  #colours: LiveColours | null = null
  #blame: Blame | null = null
  #cost = 0
  #stale = true
  #closed = false

  /** Its strip stands behind `page`. `ended`: what could not go on says the sentence. */
  constructor(
    readonly document: string,
    readonly desk: Desk,
    page: HTMLElement,
    readonly ended: (sentence: string | null) => void,
  ) {
    this.#strip.id = 'authors-strip'
    this.#strip.setAttribute('aria-label', words.authorsIn)
    render(strip(null, this.#hide), this.#strip)
    page.after(this.#strip)
  }

  /** Loads who wrote what, and draws it. */
  async open(): Promise<void> {
    this.#authorship = await this.#ask(() => Authorship.open(this.document))
    if (!this.#authorship || this.#closed) return
    this.#attach()
    this.#draw()
    this.#awaitTracing()
  }

  /** The editor or what the server holds of the text may have changed. */
  changed(): void {
    if (!this.#authorship || this.#closed) return
    if (this.desk.editor !== this.#editor) {
      this.#attach()
      this.#draw()
    }
    if (this.#blame?.ranges.some(({ author }) => author === null)) this.#asking.soon(ASK)
  }

  /** Who first wrote what is being found: it is asked for until it is there. */
  #awaitTracing(): void {
    if (this.#authorship?.isTraced === false && !this.#closed) this.#asking.soon(ASK)
  }

  close(): void {
    this.#closed = true
    for (const pause of [this.#drawing, this.#telling, this.#asking]) pause.end()
    this.#detach()
    this.#strip.remove()
  }

  readonly #hide = (): void => this.ended(null)

  #attach(): void {
    this.#detach()
    const { editor } = this.desk
    this.#editor = editor
    if (!editor) return this.ended(words.authorsNowhere)
    this.#colours = new LiveColours(editor.view)
    editor.on('transaction', this.#changedText)
    editor.on('selectionUpdate', this.#selected)
  }

  #detach(): void {
    this.#editor?.off('transaction', this.#changedText)
    this.#editor?.off('selectionUpdate', this.#selected)
    this.#colours?.remove()
    this.#editor = this.#colours = this.#blame = null
  }

  readonly #selected = (): void => this.#telling.soon(TELL)

  readonly #changedText = ({ transaction }: { transaction: Transaction }): void => {
    if (!transaction.docChanged) return
    this.#stale = true
    this.#asking.soon(ASK)
    if (this.#cost <= QUICK) this.#drawing.next()
    else this.#drawing.soon({ quiet: 10 * this.#cost, latest: 10 * this.#cost })
  }

  #draw(): void {
    const [editor, colours] = [this.#editor, this.#colours]
    if (!this.#authorship || !editor || !colours) return
    if (editor.view.composing) return this.#drawing.soon(TELL)
    const begun = performance.now()
    const moment = present(editor.schema, this.desk.doc.getXmlFragment(FRAGMENT))
    const blame = this.#authorship.blame(moment)
    if (!colours.draw(blame, this.#authorship.people, Date.now())) return
    this.#blame = blame
    this.#stale = false
    this.#cost = performance.now() - begun
    this.#telling.soon(TELL)
  }

  #tell(): void {
    const editor = this.#editor
    if (this.#stale) this.#draw()
    if (!this.#authorship || !this.#blame || !editor || this.#stale) return
    const blame = this.#blame
    const { ranges } = editor.state.selection
    const selected = ranges.flatMap(({ $from, $to }) => blame.between($from.pos, $to.pos))
    const { people } = this.#authorship
    const shown = { contributions: contributions(blame), selected, people, now: Date.now() }
    render(strip(shown, this.#hide), this.#strip)
  }

  async #grow(): Promise<void> {
    const known = this.#authorship
    if (!known) return
    const grown = await this.#ask(() => known.grow(), true)
    if (this.#closed || grown === null) return
    if (!grown) this.#authorship = await this.#ask(() => Authorship.open(this.document))
    if (!this.#closed) this.#draw()
    this.#awaitTracing()
  }

  /** `later`: who cannot reach the server now goes on with what is here. */
  async #ask<T>(from: () => Promise<T>, later = false): Promise<T | null> {
    try {
      return await from()
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
      const goesOn = error instanceof Unreachable && later
      if (!goesOn && !this.#closed) this.ended(error.message || words.historyFailed)
      return null
    }
  }
}
