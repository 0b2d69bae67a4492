/**
 * Who first said each word of a text that is there, and when; whoever has carried it since.
 *
 * For a moment of the past, and for the live text: what nobody has told of yet is nobody's.
 */
import { type Columns, NEVER } from './columns'
import type { Span } from './compare-marks'
import { Tokens } from './compare-tokens'
import type { Moment } from './past'

/** Text of one block that one person wrote: from the first to the last time (ms). */
export type Authored = Span & {
  /** Null: the history has not told of it yet, or not who first wrote it. 0: nobody is known. */
  author: number | null
  at: number
  until: number
}

export type Quoted = Authored & { text: string }

export class Blame {
  /** All text in its order. */
  readonly ranges: readonly Authored[]
  readonly #tokens: Tokens

  constructor(
    readonly moment: Moment,
    readonly columns: Columns,
  ) {
    this.#tokens = new Tokens(moment, columns)
    this.ranges = this.#between(0, this.#tokens.length)
  }

  /** The same for a selection: cut to it, with the times of just these words. */
  between(from: number, to: number): Authored[] {
    return this.#between(this.#tokens.at(from), this.#tokens.at(to))
  }

  /** The same with what each stretch says. */
  quoted(from: number, to: number): Quoted[] {
    return this.between(from, to).map((range) => ({ ...range, text: this.#said(range) }))
  }

  #between(first: number, end: number): Authored[] {
    const { pos, block, born, run } = this.#tokens
    const ranges: Authored[] = []
    for (let token = first; token < end; ) {
      const start = token
      const author = this.#authorOf(start)
      let [since, until] = [NEVER, 0]
      do {
        const seq = born[token] ?? NEVER
        since = Math.min(since, seq)
        until = Math.max(until, seq)
        token++
      } while (
        token < end &&
        block[token] === block[start] &&
        this.#authorOf(token) === author &&
        (run[token] === -1) === (run[start] === -1)
      )
      if (run[start] === -1) continue
      const span = { from: pos[start] ?? 0, to: (pos[token - 1] ?? 0) + 1 }
      ranges.push({ ...span, author, ...this.#times(since, until) })
    }
    return ranges
  }

  #authorOf(token: number): number | null {
    const seq = this.#tokens.born[token] ?? NEVER
    return seq === NEVER || seq > this.columns.traced ? null : this.columns.author(seq)
  }

  #times(since: number, until: number): { at: number; until: number } {
    if (since === NEVER) return { at: 0, until: 0 }
    return { at: this.columns.stamp(since).at, until: this.columns.stamp(until).at }
  }

  #said({ from, to }: Span): string {
    return this.moment.doc.textBetween(from, to)
  }
}
