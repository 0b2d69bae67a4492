/** Which new ids of what is restored say what which deleted ids said. */
import type { Fragment } from '@tiptap/pm/model'
import type { Transform } from '@tiptap/pm/transform'
import type { ID } from 'yjs'
import type { Stretch } from './columns'

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

/** The pieces letter by letter: by their positions, under which ids they were said. */
export function letters(pieces: readonly Piece[]): Map<number, ID> {
  const said = new Map<number, ID>()
  for (const { pos, length, client, clock } of pieces) {
    for (let k = 0; k < length; k++) said.set(pos + k, { client, clock: clock + k })
  }
  return said
}
