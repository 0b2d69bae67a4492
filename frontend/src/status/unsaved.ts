/**
 * What the server will not take, given back to who wrote it: its words, to be read, copied,
 * downloaded, and in the end discarded. Knows words and a number of changes; nothing of updates.
 */
import '../styles/unsaved.css'
import { html, nothing, render } from 'lit-html'
import { words } from '../catalogue'
import { mayGoOn } from './asking'
import { say } from './saying'

export type Unsaved = {
  count: number
  /** Stored on this device, and not in this tab only. */
  kept: boolean
  text: string
  /** Why it was not saved, where the page does not say it elsewhere. */
  why: string | null
}

export class UnsavedPanel {
  readonly #place = document.createElement('section')

  constructor(
    readonly before: HTMLElement,
    readonly title: () => string,
    readonly discard: () => void,
  ) {
    this.#place.id = 'unsaved'
    this.#place.hidden = true
    this.#place.setAttribute('aria-labelledby', 'unsaved-title')
    before.before(this.#place)
  }

  /** Shows it; null takes the panel away. */
  show(unsaved: Unsaved | null): void {
    this.#place.hidden = unsaved === null
    render(unsaved ? this.#drawn(unsaved) : nothing, this.#place)
  }

  #drawn({ count, kept, text, why }: Unsaved) {
    return html`
      <h2 id="unsaved-title">${words.unsavedTitle(count)}</h2>
      <p>${why} ${text ? words.unsavedHint : words.unsavedWordless}
        ${kept ? words.unsavedKept : words.unsavedHere}</p>
      ${text ? this.#words(text) : nothing}
      <div class="unsaved-actions">
        ${text ? this.#ways(text) : nothing}
        <button class="button quiet" type="button" @click=${() => this.#ask(count)}>
          ${words.unsavedDiscard}
        </button>
      </div>`
  }

  #words(text: string) {
    const rows = Math.min(8, text.split('\n').length + 1)
    return html`<textarea readonly dir="auto" rows=${rows} aria-label=${words.unsavedWords}
      .value=${text}></textarea>`
  }

  #ways(text: string) {
    return html`
      <button class="button primary" type="button" @click=${() => this.#copy(text)}>
        ${words.copy}
      </button>
      <button class="button" type="button" @click=${() => download(this.title(), text)}>
        ${words.download}
      </button>`
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      say(words.unsavedCopied)
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      this.#place.querySelector('textarea')?.select()
      say(words.unsavedNotCopied)
    }
  }

  async #ask(count: number): Promise<void> {
    const { discardTitle: title, discardStay: stay, discardGo: go } = words
    if (!(await mayGoOn({ title, body: words.discardBody(count), stay, go }))) return
    this.discard()
    // The button that was pressed goes: whoever has no mouse goes on behind it.
    this.before.tabIndex = -1
    this.before.focus()
    say(words.discarded)
  }
}

function download(title: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  link.download = `${words.unsavedFile(title || words.untitled)}.txt`
  link.click()
  URL.revokeObjectURL(link.href)
}
