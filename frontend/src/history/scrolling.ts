/** Keeps the line that somebody reads where it is, when another document takes its place. */
import type { EditorView } from '@tiptap/pm/view'
import type { Stretch } from './columns'
import type { Moment } from './past'

/** The first line below the bars of the page: what stands there, and how far its top is below them. */
export type Line = { pos: number; gap: number }

/** Null: the page is not scrolled. */
export function firstLine(view: EditorView, below: number): Line | null {
  const { left, top } = view.dom.getBoundingClientRect()
  if (top >= below) return null
  const found = view.posAtCoords({ left: left + 1, top: below + 1 })
  if (!found) return null
  return { pos: found.pos, gap: view.coordsAtPos(found.pos).top - below }
}

/** Scrolls so that a line stands where it stood, now below `below`. */
export function scrollToLine(view: EditorView, line: Line | null, below: number): void {
  if (!line) return scrollTo({ top: 0 })
  const pos = Math.min(line.pos, view.state.doc.content.size)
  scrollBy({ top: view.coordsAtPos(pos).top - line.gap - below })
}

/** So many stretches of text around a place are looked for. */
const NEAR = 50

/** Where in another moment stands what stands at a position of one; null: nothing near is there. */
export function samePlace(of: Moment, pos: number, other: Moment): number | null {
  const { runs } = of
  const here = Math.max(
    0,
    runs.findLastIndex((run) => run.pos <= pos),
  )
  for (let step = 0; step < 2 * NEAR; step++) {
    const run = runs[here + (step % 2 ? -(step + 1) / 2 : step / 2)]
    if (!run) continue
    const clock = run.clock + Math.min(Math.max(0, pos - run.pos), run.length - 1)
    const found = other.runs.find(
      (one) => one.client === run.client && one.clock <= clock && clock < one.clock + one.length,
    )
    if (found) return found.pos + clock - found.clock
  }
  return null
}

/** From where to where the words with these ids stand in a moment; null: none of them does. */
export function placeOf(
  { runs }: Moment,
  ids: readonly Stretch[],
): { from: number; to: number } | null {
  let [from, to] = [Number.POSITIVE_INFINITY, 0]
  for (const { client, clock, length } of ids) {
    for (const run of runs) {
      const start = Math.max(run.clock, clock)
      const end = Math.min(run.clock + run.length, clock + length)
      if (run.client !== client || start >= end) continue
      from = Math.min(from, run.pos + start - run.clock)
      to = Math.max(to, run.pos + end - run.clock)
    }
  }
  return to > from ? { from, to } : null
}
