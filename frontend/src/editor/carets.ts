/**
 * The others' carets and selections. A caret's name shows when it moves and fades after two seconds;
 * colours come from `data-hue`, for the page allows no inline styles.
 */
import { Extension } from '@tiptap/core'
import { yCursorPlugin } from '@tiptap/y-tiptap'
import type { Awareness } from 'y-protocols/awareness'
import { words } from '../catalogue'
import { hueOf } from '../presence/people'

const NAME_SHOWN = 2_000

type Fading = { element: HTMLElement; timer: ReturnType<typeof setTimeout> | undefined }
type Named = { name?: unknown; hue?: unknown }
type AwarenessChange = { added: number[]; updated: number[]; removed: number[] }

class Carets {
  readonly #shown = new Map<number, Fading>()

  /** The element of a caret, with its name showing. */
  readonly draw = (user: Named, client: number): HTMLElement => {
    const element = document.createElement('span')
    const name = document.createElement('span')
    element.className = 'caret'
    element.dataset.hue = hueOf(user.hue)
    name.className = 'caret-name'
    name.textContent = typeof user.name === 'string' && user.name ? user.name : words.someone
    element.append(name)
    this.#forget(client)
    this.#shown.set(client, { element, timer: undefined })
    this.#show(client)
    return element
  }

  readonly moved = ({ updated, removed }: AwarenessChange): void => {
    for (const client of updated) this.#show(client)
    for (const client of removed) this.#forget(client)
  }

  #show(client: number): void {
    const caret = this.#shown.get(client)
    if (!caret) return
    clearTimeout(caret.timer)
    caret.element.classList.add('is-moving')
    caret.timer = setTimeout(() => caret.element.classList.remove('is-moving'), NAME_SHOWN)
  }

  #forget(client: number): void {
    clearTimeout(this.#shown.get(client)?.timer)
    this.#shown.delete(client)
  }
}

type CaretOptions = { awareness: Awareness | null }

export const RemoteCarets = Extension.create<CaretOptions, { stop: () => void }>({
  name: 'remoteCarets',
  addOptions: () => ({ awareness: null }),
  addStorage: () => ({ stop: () => {} }),
  addProseMirrorPlugins() {
    const { awareness } = this.options
    if (!awareness) return []
    const carets = new Carets()
    awareness.on('change', carets.moved)
    this.storage.stop = () => awareness.off('change', carets.moved)
    const selectionBuilder = (user: Named) => ({ class: 'selection', 'data-hue': hueOf(user.hue) })
    return [yCursorPlugin(awareness, { cursorBuilder: carets.draw, selectionBuilder })]
  },
  onDestroy() {
    this.storage.stop()
  },
})
