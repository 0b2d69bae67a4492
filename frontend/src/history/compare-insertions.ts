/** What the newer of two moments has and the older had not: text, breaks, and whole blocks. */
import { type Found, markAt, type Pair } from './compare-marks'
import { type Branch, endOf } from './compare-tokens'

export function insertions(pair: Pair): Found[] {
  return [...insertedBlocks(pair), ...insertedText(pair)]
}

/** Stretches of one block that one person brought, and one person first wrote. */
function insertedText(pair: Pair): Found[] {
  const { now, matching, columns } = pair
  const found: Found[] = []
  for (let token = 0; token < now.length; ) {
    const first = token++
    if (matching.origin[first] !== -1) continue
    const seq = broughtAt(pair, first)
    const by = columns.author(seq)
    const author = columns.author(now.born[first] ?? 0)
    let [from, until] = [seq, seq]
    for (; token < now.length && matching.origin[token] === -1; token++) {
      const next = broughtAt(pair, token)
      const alike = columns.author(next) === by && columns.author(now.born[token] ?? 0) === author
      if (!alike || now.block[token] !== now.block[first]) break
      from = Math.min(from, next)
      until = Math.max(until, next)
    }
    const span = { from: now.pos[first] ?? 0, to: (now.pos[token - 1] ?? 0) + 1 }
    const given = { kind: 'inserted', ...span, until: columns.stamp(until).at } as const
    found.push({ mark: markAt(columns, from, { ...given, authors: [author] }), first, end: token })
  }
  return found
}

/** Text that is older than both moments was put back by somebody. */
function broughtAt({ now, columns, since }: Pair, token: number): number {
  const born = now.born[token] ?? 0
  return born > since ? born : columns.birth(now.client[token] ?? 0, now.clock[token] ?? 0)
}

/** Of the blocks that are new with all that is in them, tables and those that say nothing. */
function insertedBlocks(pair: Pair): Found[] {
  const { now, matching, columns } = pair
  const isNew = (branch: Branch): boolean =>
    branch.element !== null &&
    !matching.originOf(branch) &&
    !matching.inherits(branch) &&
    branch.children.every(isNew)
  const found: Found[] = []
  const visit = (branch: Branch) => {
    const { element, pos, from, to, node } = branch
    const isSeen = from === to || node.type.spec.tableRole !== undefined
    if (!element || !isSeen || !isNew(branch)) return branch.children.forEach(visit)
    const seq = columns.birth(element.client, element.clock)
    const span = { from: pos, to: endOf(branch) }
    const mark = markAt(columns, seq, { kind: 'inserted', ...span, node: true })
    found.push({ mark: { ...mark, authors: [mark.by] }, first: branch.from, end: branch.to })
  }
  visit(now.root)
  return found
}
