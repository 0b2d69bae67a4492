/** Does something once it has been quiet for a while, or at the latest some time after it was wanted. */

/** Both in ms. */
export type Wait = { quiet: number; latest: number }

export class Pause {
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame = 0
  #due = Number.POSITIVE_INFINITY

  constructor(readonly act: () => void) {}

  /** Wanted: each call begins the quiet anew. */
  soon({ quiet, latest }: Wait): void {
    const now = performance.now()
    this.#due = Math.min(this.#due, now + latest)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#act, Math.min(quiet, this.#due - now))
  }

  /** Wanted with the next frame. */
  next(): void {
    this.#frame ||= requestAnimationFrame(this.#act)
  }

  end(): void {
    clearTimeout(this.#timer)
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#due = Number.POSITIVE_INFINITY
  }

  readonly #act = (): void => {
    this.end()
    this.act()
  }
}
