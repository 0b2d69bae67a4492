/** What the older of two moments had and the newer has not, and where in the newer it would stand. */
import { Fragment, type NodeType, type ResolvedPos } from '@tiptap/pm/model'
import { authorsOf, type Found, latest, markAt, type Pair, vanished } from './compare-marks'
import { type Branch, endOf, type Tokens } from './compare-tokens'

/** All that places are found by. */
export type Places = Pick<Pair, 'old' | 'now' | 'matching'>

export type Place = { pos: number; token: number }

export function deletions(pair: Pair): Found[] {
  const gone = goneBlocks(pair)
  return [...deletedBlocks(pair, gone), ...deletedText(pair, gone)]
}

/** Blocks of which nothing is left: not themselves, not a letter, not a block in them. */
export function goneBlocks({ old, matching }: Places): Set<Branch> {
  const gone = new Set<Branch>()
  for (const branch of old.branches.toReversed()) {
    const left = matching.targetOf(branch) || matching.survives(branch)
    if (!left && branch.children.every((child) => gone.has(child))) gone.add(branch)
  }
  return gone
}

function deletedText(pair: Pair, gone: ReadonlySet<Branch>): Found[] {
  const { old, matching } = pair
  const found: Found[] = []
  for (let token = 0; token < old.length; ) {
    const block = old.blockOf(token)
    if (matching.target[token] !== -1 || gone.has(block)) {
      token++
      continue
    }
    const first = token
    const seq = deletedAt(pair, token)
    const by = pair.columns.author(seq)
    let [from, until] = [seq, seq]
    while (++token < block.to && matching.target[token] === -1) {
      const next = deletedAt(pair, token)
      if (old.blockOf(token) !== block || pair.columns.author(next) !== by) break
      from = Math.min(from, next)
      until = Math.max(until, next)
    }
    found.push(deletion(pair, block, first, token, from, until))
  }
  return found
}

function deletion(
  pair: Pair,
  block: Branch,
  first: number,
  end: number,
  at: number,
  until: number,
): Found {
  const { old, columns } = pair
  const { pos, token } = placeOfText(pair, block, first, end)
  const before = { from: old.pos[first] ?? 0, to: (old.pos[end - 1] ?? 0) + 1 }
  const gone = old.moment.doc.slice(before.from, before.to).content
  const authors = authorsOf(columns, old, first, end)
  const given = { kind: 'deleted', from: pos, to: pos, before, gone, authors } as const
  const mark = markAt(columns, at, { ...given, until: columns.stamp(until).at })
  return { mark, first: token, end: token }
}

/** When the last copy of a token's text was deleted; NEVER when no row between the moments did it. */
export function deathOf(pair: Pair, token: number): number {
  const { old, columns } = pair
  const first = { client: old.firstClient[token] ?? 0, clock: old.firstClock[token] ?? 0 }
  const own = columns.death(old.client[token] ?? 0, old.clock[token] ?? 0)
  const deaths = columns.saidAs(first).map(({ client, clock }) => columns.death(client, clock))
  return latest(pair, [...deaths, Math.min(own, vanished(columns, old.blockOf(token)))])
}

const deletedAt = (pair: Pair, token: number): number => Math.min(deathOf(pair, token), pair.seq)

/** Behind what is left before it in its block; else before what is left behind it. */
export function placeOfText(
  { old, now, matching }: Places,
  block: Branch,
  first: number,
  end: number,
): Place {
  const before = matching.around(first)[0]
  const after = matching.around(end)[1]
  if (before >= block.from) return behind(now, matching.target[before] ?? 0)
  if (after !== -1 && after < block.to) {
    const token = matching.target[after] ?? 0
    return { pos: now.pos[token] ?? 0, token }
  }
  const target = matching.targetOf(old.blockOf(first))
  return target ? { pos: target.pos + 1, token: target.from } : { pos: 0, token: 0 }
}

const behind = (now: Tokens, token: number): Place => {
  return { pos: (now.pos[token] ?? 0) + 1, token: token + 1 }
}

/** The outermost of the blocks that are gone; siblings of one deleter together. */
function deletedBlocks(pair: Pair, gone: ReadonlySet<Branch>): Found[] {
  const found: Found[] = []
  const visit = (branch: Branch) => {
    let before: { index: number; entry: Found } | null = null
    for (const [index, child] of branch.children.entries()) {
      if (!gone.has(child)) {
        visit(child)
        continue
      }
      const next = deletedBlock(pair, child)
      if (before?.index === index - 1 && joins(before.entry, next)) absorb(before.entry, next)
      else found.push(next)
      before = { index, entry: found.at(-1) ?? next }
    }
  }
  visit(pair.old.root)
  return found
}

function joins({ mark }: Found, { mark: next }: Found): boolean {
  return mark.by === next.by && mark.from === next.from
}

function absorb({ mark }: Found, { mark: next }: Found): void {
  mark.gone = (mark.gone ?? Fragment.empty).append(next.gone ?? Fragment.empty)
  mark.authors = [...new Set([...mark.authors, ...next.authors])]
  if (mark.before && next.before) mark.before = { from: mark.before.from, to: next.before.to }
  mark.at = Math.min(mark.at, next.at)
  mark.until = Math.max(mark.until, next.until)
}

function deletedBlock(pair: Pair, branch: Branch): Found {
  const { old, columns } = pair
  const { pos, token } = placeInText(pair, branch) ?? placeOfBlock(pair, branch)
  const seqs: number[] = []
  for (let at = branch.from; at < branch.to; at++) seqs.push(deletedAt(pair, at))
  const seq = latest(pair, seqs.length > 0 ? seqs : [vanished(columns, branch)])
  const mark = markAt(columns, Math.min(seq, pair.seq), {
    kind: 'deleted',
    from: pos,
    to: pos,
    node: true,
    before: { from: branch.pos, to: endOf(branch) },
    gone: Fragment.from(branch.node),
    authors: authorsOf(columns, old, branch.from, branch.to),
  })
  return { mark, first: token, end: token }
}

/** In the text that what stood around a block has become. */
function placeInText({ old, now, matching }: Pair, branch: Branch): Place | null {
  const before = matching.around(branch.from)[0]
  const after = matching.around(branch.to)[1]
  if (before === -1 || after === -1 || old.blockOf(before) === old.blockOf(after)) return null
  const [left, right] = [matching.target[before] ?? 0, matching.target[after] ?? 0]
  if (left > right || now.blockOf(left) !== now.blockOf(right)) return null
  return { pos: now.pos[right] ?? 0, token: right }
}

/** Behind the nearest sibling before it that is left; else before the nearest behind it. */
export function placeOfBlock(pair: Places, branch: Branch): Place {
  const { now, matching } = pair
  const siblings = branch.parent?.children ?? []
  const index = siblings.indexOf(branch)
  for (const sibling of siblings.slice(0, index).toReversed()) {
    const place = edgeOf(pair, sibling, branch.node.type, 1)
    if (place) return place
  }
  for (const sibling of siblings.slice(index + 1)) {
    const place = edgeOf(pair, sibling, branch.node.type, -1)
    if (place) return place
  }
  const parent = branch.parent && matching.targetOf(branch.parent)
  if (parent && takes(parent.node.type, branch.node.type)) {
    return { pos: parent.pos + 1, token: parent.from }
  }
  return branch.parent?.element
    ? placeOfBlock(pair, branch.parent)
    : { pos: now.root.pos + 1, token: 0 }
}

/** Behind (or before) what is left of a block, as near as a node of this type may stand. */
function edgeOf(pair: Places, sibling: Branch, type: NodeType, side: 1 | -1): Place | null {
  const { now, matching } = pair
  const target = matching.targetOf(sibling)
  if (target) {
    const { doc } = now.moment
    const $edge = doc.resolve(side > 0 ? endOf(target) : target.pos)
    if (takes($edge.parent.type, type)) {
      return { pos: $edge.pos, token: side > 0 ? target.to : target.from }
    }
  }
  const left = leftOf(pair, sibling, side)
  if (left === null) return null
  const slot = slotNear(now.moment.doc.resolve(now.pos[left] ?? 0), type, side)
  return slot === null ? null : { pos: slot, token: now.at(slot) }
}

/** The last (or first) token in the newer moment of those that were in a block. */
function leftOf({ matching }: Places, { from, to }: Branch, side: 1 | -1): number | null {
  const targets = matching.target.subarray(from, to).filter((token) => token !== -1)
  return (side > 0 ? targets.at(-1) : targets[0]) ?? null
}

function slotNear($pos: ResolvedPos, type: NodeType, side: 1 | -1): number | null {
  for (let depth = $pos.depth - 1; depth >= 0; depth--) {
    if (!takes($pos.node(depth).type, type)) continue
    return side > 0 ? $pos.after(depth + 1) : $pos.before(depth + 1)
  }
  return null
}

/** The moments may have two instances of the schema, when one is a live editor's. */
function takes(parent: NodeType, child: NodeType): boolean {
  const own = parent.schema.nodes[child.name]
  return own !== undefined && parent.contentMatch.matchType(own) !== null
}
