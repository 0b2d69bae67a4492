/**
 * The switch for author colours in the text: a button that stays pressed, and Alt+Shift+H. What it
 * switches on is loaded when somebody first does.
 */
import { words } from '../catalogue'
import { say } from '../status/saying'
import type { Desk } from './acting'
import type { LiveAuthors } from './live-authors'

export class AuthorsSwitch {
  #authors: Promise<LiveAuthors> | null = null

  /** `page` is where the text stands. */
  constructor(
    readonly document: string,
    readonly desk: Desk,
    readonly page: HTMLElement,
    readonly buttons: readonly HTMLElement[],
  ) {
    for (const button of buttons) button.addEventListener('click', this.#pressed)
    addEventListener('keydown', this.#key)
  }

  get isOn(): boolean {
    return this.#authors !== null
  }

  /** The text, its editor, or what of it is saved may have changed. */
  changed(): void {
    void this.#authors?.then((authors) => authors.changed())
  }

  #toggle(): void {
    if (this.isOn) this.#off(null)
    else if (this.desk.editor) this.#on()
    else say(words.authorsNowhere)
  }

  #on(): void {
    const authors = import('./live-authors').then(
      ({ LiveAuthors }) => new LiveAuthors(this.document, this.desk, this.page, this.#off),
    )
    this.#authors = authors
    this.#press()
    authors.then(
      (authors) => authors.open(),
      () => {
        this.#authors = null
        this.#off(words.historyFailed)
      },
    )
  }

  #press(): void {
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(this.isOn))
  }

  readonly #off = (sentence: string | null): void => {
    const authors = this.#authors
    this.#authors = null
    this.#press()
    void authors?.then((authors) => authors.close())
    if (sentence) say(sentence)
  }

  readonly #pressed = (event: Event): void => {
    if (event.target instanceof Element) event.target.closest('details')?.removeAttribute('open')
    this.#toggle()
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { altKey, ctrlKey, metaKey, shiftKey, code } = event
    if (code !== 'KeyH' || !altKey || !shiftKey || ctrlKey || metaKey) return
    if (document.querySelector('dialog[open]') || this.page.hidden) return
    event.preventDefault()
    this.#toggle()
  }
}
