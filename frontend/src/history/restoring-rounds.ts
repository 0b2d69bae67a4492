/**
 * Lets a live editor do a transaction round by round, though it mends in between (a ragged table).
 *
 * Knows nothing of what is restored. In a round each step lies before those that come before it.
 */
import type { Transaction } from '@tiptap/pm/state'
import { Mapping, ReplaceStep, type Step } from '@tiptap/pm/transform'
import type { EditorView } from '@tiptap/pm/view'
import { changeOf } from '../editor/changes'

/** Where the document's positions are then, and whether every step could be done. */
type Way = { over: Mapping; isWhole: boolean }

/** Does what steps `0..end` do of each of some ends. */
export function inRounds(view: EditorView, { steps }: Transaction, ends: readonly number[]): Way {
  let way: Way = { over: new Mapping(), isWhole: true }
  let start = 0
  for (const end of ends) {
    way = round(view, steps.slice(start, end), way)
    start = end
  }
  return way
}

/** Dispatches a transaction; tells what the editor mended behind it. Not whole: it was refused. */
export function dispatched(view: EditorView, tr: Transaction): Way {
  if (!tr.docChanged) return { over: new Mapping(), isWhole: true }
  view.dispatch(tr)
  const made = changeOf(view.state)?.made ?? []
  const at = made.indexOf(tr)
  if (at === -1) return { over: new Mapping(), isWhole: false }
  const mends = made.slice(at + 1).flatMap(({ mapping }) => mapping.maps)
  return { over: new Mapping(mends), isWhole: true }
}

function round(view: EditorView, steps: readonly Step[], { over, isWhole }: Way): Way {
  const { tr } = view.state
  const undone = new Mapping(steps.map((step) => step.getMap().invert()).reverse())
  undone.appendMapping(over)
  const next = undone.slice()
  for (const [i, step] of steps.entries()) {
    const mapped = step.map(over)
    if (!mapped || tr.maybeStep(mapped).failed) {
      isWhole &&= !mapped && onlyRemoves(step)
      continue
    }
    next.appendMap(mapped.getMap(), steps.length - 1 - i)
  }
  const mends = dispatched(view, tr)
  if (!mends.isWhole) return { over: undone, isWhole: false }
  if (isWhole && over.maps.length + mends.over.maps.length === 0) return { over, isWhole }
  next.appendMapping(mends.over)
  return { over: next, isWhole }
}

/** Nothing is left out of a removal whose place is gone: so is what it removes. */
const onlyRemoves = (step: Step): boolean => step instanceof ReplaceStep && step.slice.size === 0
