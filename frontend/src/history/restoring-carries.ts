/** Which new ids of what is restored say what which deleted ids said. */
import type { Fragment } from '@tiptap/pm/model'
import type { Transform } from '@tiptap/pm/transform'
import type { Carry } from '../editor/carries'
import type { Stretch } from './columns'
import type { Moment } from './past'

/** Characters from `pos` on, and under which ids they were said. */
export type Piece = Stretch & { pos: number }

/** What a transform puts, wherever its later steps move it. */
export class Pieces {
  readonly #pieces: (Piece & { steps: number })[] = []

  constructor(readonly made: Transform) {}

  /** Content was put at a position, by the last step. */
  put(at: number, content: Fragment, said: readonly Stretch[]): void {
    const rest = said.map((stretch) => ({ ...stretch }))
    content.descendants((node, pos) => {
      let length = node.text?.length ?? 0
      for (let next = rest[0]; length > 0 && next; next = rest[0]) {
        const taken = Math.min(length, next.length)
        const { client, clock } = next
        const steps = this.made.steps.length
        const start = at + pos + (node.text?.length ?? 0) - length
        this.#pieces.push({ pos: start, client, clock, length: taken, steps })
        next.clock += taken
        next.length -= taken
        length -= taken
        if (next.length === 0) rest.shift()
      }
    })
  }

  /** All pieces, where they are in the end. */
  placed(): Piece[] {
    return this.#pieces
      .map(({ steps, pos, ...stretch }) => {
        return { ...stretch, pos: this.made.mapping.slice(steps).map(pos) }
      })
      .sort((a, b) => a.pos - b.pos)
  }
}

/** What a client carries with the ids that it inserted since a clock. */
export function carried(moment: Moment, client: number, since: number, pieces: Piece[]): Carry[] {
  const found: Carry[] = []
  let next = 0
  for (const run of moment.runs) {
    const end = run.pos + run.length
    while (next < pieces.length && endOf(pieces[next]) <= run.pos) next++
    if (run.client !== client || run.clock + run.length <= since) continue
    const fresh = run.pos + Math.max(0, since - run.clock)
    for (let at = next; (pieces[at]?.pos ?? end) < end; at++) {
      const piece = pieces[at]
      if (!piece) break
      const from = Math.max(fresh, piece.pos)
      const length = Math.min(end, endOf(piece)) - from
      if (length <= 0) continue
      const source = { client: piece.client, clock: piece.clock + from - piece.pos, length }
      found.push({ clock: run.clock + from - run.pos, source })
    }
  }
  return found
}

const endOf = (piece: Piece | undefined): number => (piece ? piece.pos + piece.length : 0)
