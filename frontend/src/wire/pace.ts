/** When what has come is shown: once a frame, and not in the middle of a composed word. */
import { afterFrame } from './schedule'

const LONGEST_HOLD = 8_000

export class Pace {
  #due = false
  #hold: ReturnType<typeof setTimeout> | undefined

  constructor(readonly show: () => void) {}

  /** Shows before the next frame. */
  soon(): void {
    if (this.#due || this.#hold !== undefined) return
    this.#due = true
    afterFrame(() => {
      this.#due = false
      if (this.#hold === undefined) this.show()
    })
  }

  /** Holds back while a word is being composed, for eight seconds at most; then shows. */
  hold(composing: boolean): void {
    const held = this.#hold !== undefined
    clearTimeout(this.#hold)
    this.#hold = composing ? setTimeout(() => this.hold(false), LONGEST_HOLD) : undefined
    if (held && !composing) this.show()
  }

  stop(): void {
    clearTimeout(this.#hold)
    this.#hold = undefined
  }
}
