/**
 * Reads the status aloud, politely: when it has become another kind of thing and has been so for a
 * moment. Saving… is never read, nor the Saved after it, nor each number of what is kept.
 */
import type { Kind, Status } from './status'

const STEADY = 500

export class Announcer {
  readonly #place = document.createElement('span')
  #told: Kind = 'saved'
  #now: Status | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(beside: HTMLElement) {
    this.#place.className = 'visually-hidden'
    this.#place.setAttribute('role', 'status')
    beside.after(this.#place)
  }

  hear(status: Status): void {
    const before = this.#now
    this.#now = status
    if (before?.kind === status.kind) return
    clearTimeout(this.#timer)
    if (status.kind === 'saving' || status.kind === this.#told) return
    this.#timer = setTimeout(() => this.#tell(), STEADY)
  }

  #tell(): void {
    if (!this.#now) return
    this.#told = this.#now.kind
    this.#place.textContent = this.#now.text
  }
}
