/** Lets two texts side by side have their common blocks at the same height, with gaps above them. */
import type { Beside } from './compare-lines'
import type { Sheet } from './rendering'

/** So much space (px) above the block at a position. */
export type Gap = { pos: number; size: number; item: boolean }

/** Less than that (px) nobody sees. */
const LEAST = 0.5

/** Measures both as they are without gaps, and puts gaps where one is behind the other. */
export function lineUp(left: Sheet, right: Sheet, beside: readonly Beside[]): void {
  left.showGaps([])
  right.showGaps([])
  const tops = beside.map((one) => ({
    ...one,
    left: left.top(one.before),
    right: right.top(one.after),
  }))
  const gaps = gapsOf(tops)
  left.showGaps(gaps.left)
  right.showGaps(gaps.right)
}

/** The gaps for blocks whose tops were measured, from above to below. */
export function gapsOf(tops: readonly (Beside & { left: number; right: number })[]) {
  const [left, right]: [Gap[], Gap[]] = [[], []]
  const put = { left: 0, right: 0 }
  for (const { before, after, item, ...top } of tops) {
    const lead = top.left + put.left - (top.right + put.right)
    const size = Math.abs(lead)
    if (size < LEAST) continue
    put[lead < 0 ? 'left' : 'right'] += size
    if (lead < 0) left.push({ pos: before, size, item })
    else right.push({ pos: after, size, item })
  }
  return { left, right }
}
