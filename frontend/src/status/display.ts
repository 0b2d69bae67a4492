/** Shows the status in the header and, when there is something to explain, a sentence above the text. */
import { html, nothing, render } from 'lit-html'
import { words } from '../catalogue'
import { Announcer } from './announcer'
import type { Status } from './status'

export class StatusDisplay {
  readonly #banner: HTMLElement
  readonly #announcer: Announcer
  #shown = ''

  constructor(
    readonly place: HTMLElement,
    before: HTMLElement,
    readonly dismissed: () => void,
  ) {
    // It changes with every key: the announcer says what is worth hearing.
    place.setAttribute('aria-live', 'off')
    this.#announcer = new Announcer(place)
    this.#banner = document.createElement('div')
    this.#banner.id = 'banner'
    this.#banner.setAttribute('role', 'alert')
    before.before(this.#banner)
  }

  show(status: Status, dismissible: boolean): void {
    const next = JSON.stringify([status, dismissible])
    if (next === this.#shown) return
    this.#shown = next
    this.#announcer.hear(status)
    this.place.dataset.tone = status.tone
    render(
      html`<span class="status-dot" aria-hidden="true"></span><span>${status.text}</span>`,
      this.place,
    )
    this.#explain(status, dismissible)
  }

  #explain({ sentence, tone }: Status, dismissible: boolean): void {
    this.#banner.dataset.tone = tone
    this.#banner.hidden = sentence === null
    const button = html`<button class="button quiet" type="button" @click=${this.dismissed}>
      ${words.dismiss}
    </button>`
    render(
      sentence ? html`<p>${sentence}</p>${dismissible ? button : nothing}` : nothing,
      this.#banner,
    )
  }
}
