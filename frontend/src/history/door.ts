/**
 * The way between the text and its past, on one page: a button, Alt+H, and the browser's Back. The
 * past itself is loaded when somebody first goes there.
 */
import { words } from '../catalogue'
import { say } from '../status/saying'
import type { Desk } from './acting'
import type { Mode } from './mode'
import { type Place, placeOf, queryOf } from './place'

const PAST = /^\/documents\/[0-9a-f-]{36}\/history\/$/

export class Door {
  #mode: Promise<Mode> | null = null

  constructor(
    readonly document: string,
    readonly desk: Desk,
    readonly buttons: readonly HTMLElement[],
    /** The past came, or has gone and given the focus back. */
    readonly turned: (isOpen: boolean) => void,
  ) {
    for (const button of buttons) button.addEventListener('click', this.#pressed)
    addEventListener('keydown', this.#key)
    addEventListener('popstate', this.#arrived)
  }

  get isOpen(): boolean {
    return this.#mode !== null
  }

  /** Goes into the past; the address says so. */
  enter(place: Place | null = null): void {
    if (this.isOpen) return
    const query = place ? queryOf(place) : ''
    history.pushState({ past: true }, '', `/documents/${this.document}/history/${query}`)
    this.#show()
  }

  /** The address is already one of the past. */
  begin(): void {
    this.#show()
  }

  /** The live document may have changed. */
  changed(): void {
    void this.#mode?.then((mode) => mode.changed())
  }

  /** Goes back to the text: where one came from, or (having come by a link) on from here. */
  readonly leave = (): void => {
    const came = (history.state as { past?: boolean } | null)?.past === true
    if (came) return history.back()
    history.replaceState(null, '', `/documents/${this.document}/`)
    this.#close()
  }

  #show(): void {
    const mode = import('./mode').then(({ Mode }) => new Mode(this.document, this.desk, this.leave))
    this.#mode = mode
    this.#press()
    this.turned(true)
    mode.then(
      (mode) => mode.open(placeOf(location.search)),
      () => {
        this.leave()
        say(words.historyFailed)
      },
    )
  }

  #close(): void {
    const mode = this.#mode
    this.#mode = null
    this.#press()
    void mode?.then((mode) => {
      mode.close()
      this.turned(false)
    })
  }

  #press(): void {
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(this.isOpen))
  }

  readonly #pressed = (event: Event): void => {
    if (event.target instanceof Element) event.target.closest('details')?.removeAttribute('open')
    this.#toggle()
  }

  #toggle(): void {
    if (this.isOpen) this.leave()
    else this.enter()
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { altKey, ctrlKey, metaKey, shiftKey, code } = event
    if (code !== 'KeyH' || !altKey || ctrlKey || metaKey || shiftKey) return
    if (document.querySelector('dialog[open]')) return
    event.preventDefault()
    this.#toggle()
  }

  readonly #arrived = (): void => {
    const isPast = PAST.test(location.pathname)
    if (!isPast) return this.#close()
    if (!this.#mode) return this.#show()
    void this.#mode.then((mode) => mode.go(placeOf(location.search)))
  }
}
