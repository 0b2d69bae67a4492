/**
 * Whether the text that is shown has lost much within a minute, so that the server is worth asking
 * whether that is an alarm (documents/history/alarm.py). Asks for less than it does, so as to miss none.
 */

/** Smaller texts are quickly written again. */
const LEAST = 400
const SHARE = 0.4
/** So long (ms) a deletion may take. */
const WINDOW = 65_000

export class Shrinking {
  /** The largest sizes of the last minute, each larger than what came after it. */
  #sizes: { at: number; size: number }[] = []

  /** Takes note of a size; tells whether much of the text is gone since a minute. */
  lost(size: number, now: number): boolean {
    const recent = this.#sizes.filter(({ at }) => now - at <= WINDOW)
    this.#sizes = [...recent.filter((one) => one.size > size), { at: now, size }]
    const most = this.#sizes[0]?.size ?? size
    return most >= LEAST && size <= most * (1 - SHARE)
  }

  /** What is gone has been asked about. */
  forget(): void {
    this.#sizes = this.#sizes.slice(-1)
  }
}
