/**
 * A panel beside the text that buttons and a key open. It is loaded when somebody first opens it, and
 * gives the focus back when it closes.
 */
import '../styles/beside.css'
import { say } from '../status/saying'
import type { Guest, Margin } from './margin'

/** `hide` tells whether the focus was in it. */
export type Panel = { readonly isOpen: boolean; open: () => void; hide: () => boolean }

type Around<P> = {
  id: string
  buttons: readonly HTMLElement[]
  margin: Margin
  /** Whether one may look into it. */
  allowed: () => boolean
  load: () => Promise<P>
  /** What is said where it cannot be loaded. */
  failed: string
  /** It was opened or closed. */
  turned: () => void
}

export class Drawer<P extends Panel> implements Guest {
  panel: P | null = null
  #loading = false
  #came: Element | null = null

  constructor(readonly around: Around<P>) {}

  get isOpen(): boolean {
    return this.panel?.isOpen ?? false
  }

  readonly toggle = (): void => {
    if (this.isOpen) this.close()
    else this.around.margin.take(this)
  }

  async open(): Promise<void> {
    const { around } = this
    if (this.#loading || !around.allowed()) return
    if (!this.isOpen) this.#came = document.activeElement
    try {
      this.panel ??= await this.#load()
    } catch {
      return say(around.failed)
    }
    if (!around.margin.has(this) || !around.allowed()) return
    this.panel.open()
    this.#turned()
  }

  readonly close = (): void => {
    if (!this.isOpen) return
    const hadFocus = this.panel?.hide()
    this.#turned()
    if (!hadFocus) return
    const came = this.#came
    const back = came instanceof HTMLElement && came.isConnected && came !== document.body
    ;(back ? came : this.around.buttons[0])?.focus({ preventScroll: true })
  }

  async #load(): Promise<P> {
    this.#loading = true
    try {
      return await this.around.load()
    } finally {
      this.#loading = false
    }
  }

  #turned(): void {
    const { id, buttons, turned } = this.around
    for (const button of buttons) {
      button.setAttribute('aria-expanded', String(this.isOpen))
      button.setAttribute('aria-controls', id)
    }
    turned()
  }
}

/** The place of a panel, empty; Escape closes it. */
export function placeOf(id: string, title: string, close: () => void): HTMLElement {
  const place = document.createElement('aside')
  place.id = id
  place.className = `beside ${id}`
  place.hidden = true
  place.setAttribute('aria-labelledby', title)
  place.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return
    event.preventDefault()
    close()
  })
  document.body.append(place)
  return place
}

/** Shows a panel beside the text, or no more; tells whether the focus was in it. */
export function reveal(place: HTMLElement, isOpen: boolean): boolean {
  const hadFocus = place.contains(document.activeElement)
  place.hidden = !isOpen
  document.body.toggleAttribute('data-beside', isOpen)
  return hadFocus
}

/** Whether these are Alt and a key, unless they write a letter, as they do on a Mac. */
export function isAlt(event: KeyboardEvent, code: string, letter: string): boolean {
  const { altKey, ctrlKey, metaKey, shiftKey, target } = event
  if (event.code !== code || !altKey || ctrlKey || metaKey || shiftKey) return false
  return !(event.key === letter && isWriting(target)) && !isAsked()
}

/** A question stands before all else. */
export const isAsked = (): boolean => document.querySelector('dialog[open]') !== null

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target.tagName))
