/** When what has come is shown: once a frame, and not in the middle of a composed word. */
import { afterFrame } from './schedule'

const LONGEST_HOLD = 8_000
/** The editor reads a composed word up to 20 ms after its end. */
const READING = 50

export class Pace {
  #due = false
  #stopped = false
  #hold: ReturnType<typeof setTimeout> | undefined

  constructor(readonly show: () => void) {}

  /** Whether a word is being composed. */
  get holding(): boolean {
    return this.#hold !== undefined
  }

  /** Shows before the next frame. */
  soon(): void {
    if (this.#due || this.holding) return
    this.#due = true
    afterFrame(() => {
      this.#due = false
      if (!this.holding && !this.#stopped) this.show()
    })
  }

  /** Holds back while a word is being composed, for eight seconds at most; then shows. */
  hold(composing: boolean): void {
    if (this.#stopped || !(composing || this.holding)) return
    clearTimeout(this.#hold)
    this.#hold = setTimeout(() => this.#release(), composing ? LONGEST_HOLD : READING)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#hold)
    this.#hold = undefined
  }

  #release(): void {
    this.#hold = undefined
    this.show()
  }
}
