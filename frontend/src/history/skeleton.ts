/** The places on the page in which the past is drawn, above the text, which stays beneath, silent. */
import { html, render } from 'lit-html'
import { words } from '../catalogue'

/** What is scrolled into sight stays that far (px) below the bars. */
const GAP = 16

export class Skeleton {
  readonly #root = document.createElement('main')
  readonly #resized = new ResizeObserver(() => {
    const below = 56 + this.top.offsetHeight
    this.panel.style.setProperty('--past-below', `${below}px`)
    // On the page, where no part of the text inherits it: it changes while the handle moves.
    document.documentElement.style.scrollPaddingTop = `${below + GAP}px`
  })
  readonly #skip = document.querySelector<HTMLAnchorElement>('a.skip')
  readonly top: HTMLElement
  readonly timeline: HTMLElement
  readonly bar: HTMLElement
  readonly sheets: HTMLElement
  readonly panel: HTMLElement

  /** Stands before `page`, the text's place, in an instant; the text is still seen. */
  constructor(readonly page: HTMLElement) {
    this.#root.id = 'past'
    this.#root.setAttribute('aria-label', words.historyOf)
    render(
      html`<h1 class="visually-hidden">${words.historyOf}</h1>
        <div class="past-top">
          <div class="past-timeline" role="group" aria-label=${words.timelineOf}></div>
          <div class="past-bar"><p role="status">${words.historyLoading}</p></div>
        </div>
        <div class="past-desk">
          <div id="past-sheets" class="past-sheets" tabindex="-1"></div>
          <aside class="past-panel" aria-label=${words.history}></aside>
        </div>`,
      this.#root,
    )
    const part = (name: string) => this.#root.querySelector(`.past-${name}`) as HTMLElement
    this.top = part('top')
    this.timeline = part('timeline')
    this.bar = part('bar')
    this.sheets = part('sheets')
    this.panel = part('panel')
    page.inert = true
    page.before(this.#root)
    document.body.dataset.past = ''
    this.#resized.observe(this.top)
  }

  /** The text gives way. */
  cover(): void {
    this.page.hidden = true
    this.bar.replaceChildren()
    this.#skip?.setAttribute('href', '#past-sheets')
  }

  /** The text is there again. */
  remove(): void {
    this.#resized.disconnect()
    document.documentElement.style.scrollPaddingTop = ''
    this.#root.remove()
    this.page.hidden = this.page.inert = false
    this.#skip?.setAttribute('href', '#text')
    delete document.body.dataset.past
  }

  /** The height of the bars that cover what is scrolled. */
  get below(): number {
    return this.top.getBoundingClientRect().bottom
  }

  contains(node: Node | null): boolean {
    return this.#root.contains(node)
  }
}
