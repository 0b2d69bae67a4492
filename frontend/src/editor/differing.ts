/** What of a page is another on the next: who shows what others wrote replaces the whole. */
import type { Node } from '@tiptap/pm/model'
import { Mapping, StepMap } from '@tiptap/pm/transform'
import type { DecorationSet } from '@tiptap/pm/view'

export type Difference = { from: number; oldTo: number; to: number }

/** The one stretch in which two documents differ. */
export function differing(before: Node, after: Node): Difference | null {
  const from = before.content.findDiffStart(after.content)
  const ends = before.content.findDiffEnd(after.content)
  if (from === null || ends === null) return null
  const overlap = Math.max(0, from - Math.min(ends.a, ends.b))
  return { from, oldTo: ends.a + overlap, to: ends.b + overlap }
}

/** Marks of one document in the next. */
export function carried(
  marks: DecorationSet,
  { from, oldTo, to }: Difference,
  after: Node,
): DecorationSet {
  return marks.map(new Mapping([new StepMap([from, oldTo - from, to - from])]), after)
}
