/** Text that two moments share but show differently, and text that has another place among the rest. */
import type { Id } from './columns'
import { authorsOf, type Found, latest, markAt, type Pair, vanished } from './compare-marks'
import { heaviest } from './compare-order'
import { type Branch, endOf, type Tokens } from './compare-tokens'
import { type Formats, markName } from './past-nodes'

export function restylings(pair: Pair): Found[] {
  const moved = movedTokens(pair)
  return [...sharedText(pair, moved), ...sharedBlocks(pair)]
}

/** Stretches that are together in both moments, and alike in each. */
function* shared({ now, old, matching }: Pair, moved: ReadonlySet<number>) {
  for (let token = 0; token < now.length; ) {
    const first = token
    const origin = matching.origin[first] ?? -1
    const isMoved = moved.has(first)
    do token++
    while (
      origin !== -1 &&
      matching.origin[token] === origin + token - first &&
      now.run[token] === now.run[first] &&
      now.block[token] === now.block[first] &&
      old.run[origin + token - first] === old.run[origin] &&
      old.block[origin + token - first] === old.block[origin] &&
      moved.has(token) === isMoved
    )
    if (origin !== -1) yield { first, end: token, origin, isMoved }
  }
}

function sharedText(pair: Pair, moved: ReadonlySet<number>): Found[] {
  const { now, old, columns } = pair
  const found: Found[] = []
  for (const { first, end, origin, isMoved } of shared(pair, moved)) {
    const change = isMoved ? movedAt(pair, first) : changedAt(pair, first, origin)
    if (!change) continue
    const mark = markAt(columns, change.seq, {
      kind: isMoved ? 'moved' : 'restyled',
      from: now.pos[first] ?? 0,
      to: (now.pos[end - 1] ?? 0) + 1,
      before: { from: old.pos[origin] ?? 0, to: (old.pos[origin + end - first - 1] ?? 0) + 1 },
      authors: authorsOf(columns, now, first, end),
      what: change.what,
    })
    found.push({ mark, first, end })
  }
  return found
}

function movedAt({ columns, now }: Pair, token: number) {
  return { seq: columns.birth(now.client[token] ?? 0, now.clock[token] ?? 0), what: [] }
}

type Restyling = { seq: number; what: string[] }

function changedAt(pair: Pair, token: number, origin: number): Restyling | null {
  const { old, now, columns, seq } = pair
  const [was, is] = [old.blockOf(origin), now.blockOf(token)]
  const marks = marksBetween(old.runOf(origin)?.formats, now.runOf(token)?.formats)
  const frame = frameBetween(was, is)
  const leaf = leafBetween(old, origin, now, token)
  const what = [...marks, ...frame, ...leaf]
  if (what.length === 0) return null
  const seqs: number[] = []
  if (marks.length > 0) seqs.push(...formatSeqs(pair, old, origin), ...formatSeqs(pair, now, token))
  if (frame.length > 0) seqs.push(...frameSeqs(pair, was, is))
  const leaves = [old.leaves.get(origin), now.leaves.get(token)]
  if (leaf.length > 0) for (const one of leaves) seqs.push(...entrySeqs(pair, one?.entries))
  const births = [columns.birth(now.client[token] ?? 0, now.clock[token] ?? 0)]
  return { seq: Math.min(latest(pair, seqs), latest(pair, births), seq), what }
}

/** The names of the marks that only one of two stretches has, or both with other values. */
function marksBetween(was?: Formats, is?: Formats): string[] {
  if (was === is) return []
  const keys = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])
  const differing = [...keys].filter(
    (key) => written(was?.get(key)?.value) !== written(is?.get(key)?.value),
  )
  return differing.map(markName)
}

const written = (value: unknown): string => JSON.stringify(value ?? null)

function* formatSeqs({ columns }: Pair, tokens: Tokens, token: number): Iterable<number> {
  for (const id of tokens.runOf(token)?.formats.values() ?? []) yield* seqsOf(id)
  function* seqsOf({ client, clock }: Id) {
    yield columns.birth(client, clock)
    yield columns.death(client, clock)
  }
}

/** What blocks stand around a text, from the inside out, if they are others than before. */
function frameBetween(was: Branch, is: Branch): string[] {
  const [before, after] = [frameOf(was), frameOf(is)]
  if (before.join() === after.join()) return []
  const depth = Math.min(before.length, after.length)
  const same = before.findIndex((part, i) => part !== after[i])
  return [is.node.type.name, ...(same > 0 && same < depth ? namesFrom(is, same) : [])]
}

const namesFrom = (branch: Branch, index: number): string[] =>
  chainOf(branch)
    .slice(index)
    .map(({ node }) => node.type.name)

const frameOf = (branch: Branch): string[] =>
  chainOf(branch).map(({ node }) => `${node.type.name} ${JSON.stringify(node.attrs)}`)

function chainOf(branch: Branch): Branch[] {
  const chain: Branch[] = []
  for (let at: Branch | null = branch; at?.element; at = at.parent) chain.push(at)
  return chain
}

function* frameSeqs(pair: Pair, was: Branch, is: Branch): Iterable<number> {
  for (const { element } of chainOf(is)) {
    if (!element) continue
    yield pair.columns.birth(element.client, element.clock)
    yield* entrySeqs(pair, element.entries)
  }
  for (const branch of chainOf(was)) {
    if (!pair.matching.targetOf(branch)) yield vanished(pair.columns, branch)
    yield* entrySeqs(pair, branch.element?.entries)
  }
}

function* entrySeqs({ columns }: Pair, entries?: ReadonlyMap<string, Id>): Iterable<number> {
  for (const { client, clock } of entries?.values() ?? []) {
    yield columns.birth(client, clock)
    yield columns.death(client, clock)
  }
}

function leafBetween(old: Tokens, origin: number, now: Tokens, token: number): string[] {
  const [was, is] = [old.leaves.get(origin)?.node, now.leaves.get(token)?.node]
  return was && is && !was.hasMarkup(is.type, is.attrs) ? [is.type.name] : []
}

/** Blocks without text of their own that have another form. */
function sharedBlocks(pair: Pair): Found[] {
  const { now, matching, columns, seq } = pair
  const found: Found[] = []
  for (const branch of now.branches) {
    const was = matching.originOf(branch)
    const silent = branch.from === branch.to && branch.children.length === 0
    if (!was?.element || !silent) continue
    const what = frameBetween(was, branch)
    if (what.length === 0) continue
    const at = Math.min(latest(pair, frameSeqs(pair, was, branch)), seq)
    const mark = markAt(columns, at, {
      kind: 'restyled',
      from: branch.pos,
      to: endOf(branch),
      node: true,
      before: { from: was.pos, to: endOf(was) },
      what,
    })
    found.push({ mark, first: branch.from, end: branch.to })
  }
  return found
}

/**
 * Tokens that were written again elsewhere: those outside the heaviest row of stretches that are in
 * one order in both moments. What kept its id never moves.
 */
function movedTokens({ old, now, matching }: Pair): Set<number> {
  const stretches: { first: number; end: number; origin: number; weight: number }[] = []
  for (let token = 0; token < now.length; token++) {
    const origin = matching.origin[token] ?? -1
    if (origin === -1) continue
    const kept = now.client[token] === old.client[origin] && now.clock[token] === old.clock[origin]
    const weight = kept ? now.length + 1 : 1
    const last = stretches.at(-1)
    if (last && last.end === token && last.origin + token - last.first === origin) {
      last.end++
      last.weight += weight
    } else stretches.push({ first: token, end: token + 1, origin, weight })
  }
  const staying = heaviest(stretches)
  const moved = new Set<number>()
  for (const stretch of stretches) {
    if (staying.has(stretch)) continue
    for (let token = stretch.first; token < stretch.end; token++) moved.add(token)
  }
  return moved
}
