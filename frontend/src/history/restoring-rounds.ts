/**
 * Lets a live editor do a transaction round by round, though it mends in between (a ragged table).
 *
 * Knows nothing of what is restored. In a round each step lies before those that come before it.
 */
import type { Transaction } from '@tiptap/pm/state'
import { Mapping, type Step } from '@tiptap/pm/transform'
import type { EditorView } from '@tiptap/pm/view'
import { changeOf } from '../editor/changes'

/** Does what steps `0..end` do of each of some ends; tells where the document's positions are then. */
export function inRounds(
  view: EditorView,
  { steps }: Transaction,
  ends: readonly number[],
): Mapping {
  let [start, over] = [0, new Mapping()]
  for (const end of ends) {
    over = round(view, steps.slice(start, end), over)
    start = end
  }
  return over
}

/** Dispatches a transaction; tells what the editor mended behind it. */
export function dispatched(view: EditorView, tr: Transaction): Mapping {
  if (!tr.docChanged) return new Mapping()
  view.dispatch(tr)
  const made = changeOf(view.state)?.made ?? []
  return new Mapping(made.slice(made.indexOf(tr) + 1).flatMap(({ mapping }) => mapping.maps))
}

function round(view: EditorView, steps: readonly Step[], over: Mapping): Mapping {
  const { tr } = view.state
  const next = new Mapping(steps.map((step) => step.getMap().invert()).reverse())
  next.appendMapping(over)
  for (const [i, step] of steps.entries()) {
    const mapped = step.map(over)
    if (!mapped || tr.maybeStep(mapped).failed) continue
    next.appendMap(mapped.getMap(), steps.length - 1 - i)
  }
  const mends = dispatched(view, tr)
  if (over.maps.length + mends.maps.length === 0) return over
  next.appendMapping(mends)
  return next
}
