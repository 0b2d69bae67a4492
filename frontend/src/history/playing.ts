/** How a history plays: at the pace at which it was written, or faster, with the pauses left out. */
import type { Columns } from './columns'

/** The longest wait between two edits (ms). */
const LONGEST = 600

export const SPEEDS = [1, 10, 100] as const
export type Speed = (typeof SPEEDS)[number]

/** Where playing is after `spent` ms: the seq, and the time that is left over. */
export function played(
  columns: Columns,
  seq: number,
  spent: number,
  speed: Speed,
): { seq: number; rest: number } {
  let rest = spent * speed
  let at = seq
  while (at < columns.last) {
    const gap = Math.min(LONGEST, Math.max(0, columns.stamp(at + 1).at - columns.stamp(at).at))
    if (gap > rest) break
    rest -= gap
    at++
  }
  return { seq: at, rest: at === columns.last ? 0 : rest / speed }
}

export class Player {
  #frame = 0
  speed: Speed = 10

  /** `show` shows a seq; it is asked for the columns anew each time, for they may grow. */
  constructor(
    readonly columns: () => Columns,
    readonly show: (seq: number) => void,
    readonly ended: () => void,
  ) {}

  get playing(): boolean {
    return this.#frame !== 0
  }

  play(from: number): void {
    this.stop()
    let seq = from
    let rest = 0
    let last = performance.now()
    const step = (now: number) => {
      const next = played(this.columns(), seq, now - last + rest, this.speed)
      last = now
      rest = next.rest
      this.#frame = requestAnimationFrame(step)
      if (next.seq !== seq) {
        seq = next.seq
        this.show(seq)
      }
      if (seq >= this.columns().last) this.stop()
    }
    this.#frame = requestAnimationFrame(step)
  }

  stop(): void {
    if (!this.playing) return
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.ended()
  }
}
