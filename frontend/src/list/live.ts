/**
 * Keeps the list as it is on the server: who is in each document, and what changed. Asks every few
 * seconds while the page is seen; rows are always drawn by the server, so that they look one way.
 */
import { ask, Refused, Unreachable } from '../api'
import { showRoster } from '../presence/roster'
import type { RosterEntry } from '../wire/frames'

const EVERY = 5_000
/** In a list nobody is marked as oneself. */
const NOBODY = 0

type Listed = { id: string; presence: RosterEntry[] } & Record<string, unknown>

export class Live {
  #drawn: string | null = null
  #timer = 0

  constructor(
    readonly list: HTMLElement,
    /** Called when rows were drawn anew. */
    readonly redrawn: () => void,
  ) {}

  start(): void {
    document.addEventListener('visibilitychange', () => this.#soon(0))
    this.#soon(0)
  }

  /** Draws the whole list, where the page came with a search for some of it. */
  drawAll(): void {
    history.replaceState(null, '', location.pathname)
    this.#drawn = null
    this.#soon(0)
  }

  #soon(after: number): void {
    clearTimeout(this.#timer)
    if (document.visibilityState === 'visible') {
      this.#timer = window.setTimeout(() => void this.#look(), after)
    }
  }

  async #look(): Promise<void> {
    try {
      const documents = await ask<Listed[]>('GET', '/documents')
      await this.#draw(documents)
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return location.reload()
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
    }
    this.#soon(EVERY)
  }

  async #draw(documents: Listed[]): Promise<void> {
    const now = signature(documents)
    // The first time too: the page may be older than what was asked for just now.
    if (this.#drawn !== now && !this.#busy) await this.#redraw()
    if (!this.#busy) this.#drawn = now
    for (const { id, presence } of documents) {
      const place = this.list.querySelector<HTMLElement>(`[data-document="${id}"] .entry-here`)
      if (place) showRoster(place, presence, NOBODY)
    }
  }

  /** A row that is being used stays as it is until it is let go. */
  get #busy(): boolean {
    return this.list.querySelector('.menu[open], input:focus') !== null
  }

  async #redraw(): Promise<void> {
    const answer = await fetch(location.pathname + location.search)
    if (!answer.ok || answer.redirected || this.#busy) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.getElementById('documents')
    if (!fresh || this.#busy) return
    const focused = document.activeElement?.closest<HTMLElement>('.entry')?.dataset.document
    this.list.replaceChildren(...fresh.childNodes)
    this.redrawn()
    const row = this.list.querySelector<HTMLElement>(`[data-document="${focused}"] .entry-title`)
    if (focused) row?.focus()
  }
}

/** What a row says; it also changes once a minute, as "4 minutes ago" does. */
function signature(documents: Listed[]): string {
  const rows = documents.map(({ presence: _, head: __, ...said }) => said)
  return JSON.stringify([rows, Math.floor(Date.now() / 60_000)])
}
