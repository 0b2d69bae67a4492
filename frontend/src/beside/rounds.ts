/** Asks the server one question at a time: again when more was heard of, and a while after a failure. */
import { Refused, Unreachable } from '../api'

/** How long (ms) one waits for an answer: a question that never ends would keep all others. */
export const LONGEST = 15_000
/** How long (ms) one waits about after a failure. */
const PAUSE = 5_000

/** `mayMend`: what failed may be better in a while. */
export type Attempt<T> = { answer: T | null; mayMend: boolean }

export async function attempt<T>(asked: Promise<T>): Promise<Attempt<T>> {
  try {
    return { answer: await asked, mayMend: true }
  } catch (error) {
    if (error instanceof Unreachable) return { answer: null, mayMend: true }
    if (!(error instanceof Refused)) throw error
    return { answer: null, mayMend: error.status >= 500 || error.status === 429 }
  }
}

export class Rounds {
  #busy = false
  #wanted = false
  #over = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `round` asks one question, and takes its answer. */
  constructor(readonly round: () => Promise<void>) {}

  get isWanted(): boolean {
    return this.#wanted
  }

  get isOver(): boolean {
    return this.#over
  }

  /** Asks; once more where an answer is awaited, which may be older than what was just heard. */
  want(): void {
    clearTimeout(this.#timer)
    this.#wanted = true
    if (!this.#busy) void this.#go()
  }

  wantLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.want(), PAUSE * (0.5 + Math.random()))
  }

  stop(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  async #go(): Promise<void> {
    this.#busy = true
    while (this.#wanted && !this.#over) {
      this.#wanted = false
      await this.round()
    }
    this.#busy = false
  }
}
