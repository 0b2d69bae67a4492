/** Which blocks of two moments stand beside each other when both are shown. */
import type { Matching } from './compare-matching'
import { heaviest } from './compare-order'
import type { Branch, Tokens } from './compare-tokens'

/** Positions of the same block in the older and in the newer document. `item`: it is one of a list. */
export type Beside = { before: number; after: number; item: boolean }

const LISTS = new Set(['bulletList', 'orderedList', 'taskList'])

/**
 * Blocks and items of lists that both documents have, in the order of both: of those that were moved
 * past each other, as many characters as possible stay in line. Rows of tables have their own lines.
 */
export function besides(old: Tokens, now: Tokens, matching: Matching): Beside[] {
  const found: Beside[] = []
  const line = (before: Branch, after: Branch): void => {
    const item = LISTS.has(after.node.type.name)
    for (const [one, other] of inOrder(before, after, matching)) {
      found.push({ before: one.pos, after: other.pos, item })
      if (other.node.type.name !== 'table') line(one, other)
    }
  }
  line(old.root, now.root)
  return found
}

function inOrder(before: Branch, after: Branch, matching: Matching): [Branch, Branch][] {
  const row = after.children.flatMap((child) => {
    const from = matching.originOf(child)
    if (from?.parent !== before) return []
    return [{ from, child, origin: from.pos, weight: 1 + child.to - child.from }]
  })
  const staying = heaviest(row)
  return row.filter((one) => staying.has(one)).map(({ from, child }) => [from, child])
}
