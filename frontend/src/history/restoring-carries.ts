/** Which new ids of what is restored say what which deleted ids said. */
import type { Fragment } from '@tiptap/pm/model'
import { ReplaceAroundStep, ReplaceStep, type Transform } from '@tiptap/pm/transform'
import type { ID } from 'yjs'
import type { Stretch } from './columns'

/** Characters from `pos` on, and under which ids they were said; a group stood together, in order. */
export type Piece = Stretch & { pos: number; group: number }

/** What a transform puts, wherever its later steps move it. */
export class Pieces {
  readonly #pieces: (Piece & { steps: number })[] = []
  #groups = 0

  constructor(readonly made: Transform) {}

  /** The last step put a text, wherever it fits, and each group of it was said under some ids. */
  put(text: string, groups: readonly (readonly Stretch[])[]): void {
    const step = this.made.steps.at(-1)
    if (!(step instanceof ReplaceStep || step instanceof ReplaceAroundStep)) return
    const { content, openStart } = step.slice
    if (textOf(content) !== text) return
    const first = this.#groups
    this.#groups += groups.length
    const rest = groups.flatMap((said, i) => said.map((one) => ({ ...one, group: first + i })))
    const steps = this.made.steps.length
    content.descendants((node, pos) => {
      let length = node.text?.length ?? 0
      for (let next = rest[0]; length > 0 && next; next = rest[0]) {
        const taken = Math.min(length, next.length)
        const start = step.from - openStart + pos + (node.text?.length ?? 0) - length
        this.#pieces.push({ ...next, pos: start, length: taken, steps })
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
      .map(({ steps, pos, ...piece }) => {
        return { ...piece, pos: this.made.mapping.slice(steps).map(pos) }
      })
      .sort((a, b) => a.pos - b.pos)
  }
}

/** What all text nodes of a fragment say. */
export const textOf = (content: Fragment): string => content.textBetween(0, content.size)

/** The pieces letter by letter, group by group: by their positions, under which ids they were said. */
export function letters(pieces: readonly Piece[]): Map<number, ID>[] {
  const groups = new Map<number, Map<number, ID>>()
  for (const { group, pos, length, client, clock } of pieces) {
    const said = groups.get(group) ?? new Map<number, ID>()
    groups.set(group, said)
    for (let k = 0; k < length; k++) said.set(pos + k, { client, clock: clock + k })
  }
  return [...groups.values()]
}
