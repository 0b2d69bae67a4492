/** The margin of the text: the chat, the comments and the past stand in it, one at a time. */

/** The past takes the place of the text, too; it goes by the browser's Back, in its own time. */
export type Past = { readonly isOpen: boolean; leave: () => void }

export type Guest = { open: () => void; close: () => void }

export class Margin {
  #guest: Guest | null = null
  /** It waits for the past to go. */
  #waits = false

  constructor(readonly past: () => Past | null) {}

  /** Whether nobody came after it. */
  has(guest: Guest): boolean {
    return this.#guest === guest
  }

  /** Opens one where another stood. */
  take(guest: Guest): void {
    if (this.#guest !== guest) this.#guest?.close()
    this.#guest = guest
    const past = this.past()
    if (!past?.isOpen) return guest.open()
    this.#waits = true
    past.leave()
  }

  /** The past came, or has gone. */
  turned(isPast: boolean): void {
    if (isPast) {
      this.#guest?.close()
      this.#guest = null
    } else if (this.#waits) this.#guest?.open()
    this.#waits = false
  }
}
