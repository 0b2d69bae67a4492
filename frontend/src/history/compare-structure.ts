/** Paragraphs that were divided, and paragraphs that became one. */
import { type Found, latest, markAt, type Pair, vanished } from './compare-marks'
import type { Branch, Tokens } from './compare-tokens'

export function structure(pair: Pair): Found[] {
  return [...splits(pair), ...joints(pair)]
}

/** Two text blocks of which something is also in the other moment: the last of it and the first. */
type Seam = { left: Branch; right: Branch; last: number; first: number }

function* seams({ branches }: Tokens, counterparts: Int32Array): Iterable<Seam> {
  let before: { left: Branch; last: number } | null = null
  for (const right of branches) {
    if (!right.node.isTextblock) continue
    const known: number[] = []
    for (let token = right.from; token < right.to; token++) {
      if (counterparts[token] !== -1) known.push(token)
    }
    const [first] = known
    const last = known.at(-1)
    if (first === undefined || last === undefined) continue
    if (before) yield { ...before, right, first }
    before = { left: right, last }
  }
}

function splits(pair: Pair): Found[] {
  const { old, now, matching, columns } = pair
  const found: Found[] = []
  for (const { left, right, last, first } of seams(now, matching.origin)) {
    if (!continues(old, matching.origin, last, first)) continue
    const births = [left, right].map(({ element }) =>
      element ? columns.birth(element.client, element.clock) : 0,
    )
    const seq = Math.min(latest(pair, births), pair.seq)
    const at = right.pos + 1
    const mark = markAt(columns, seq, { kind: 'split', from: at, to: at })
    found.push({ mark, first: right.from, end: right.from })
  }
  return found
}

function joints(pair: Pair): Found[] {
  const { old, now, matching, columns } = pair
  const found: Found[] = []
  for (const { left, right, last, first } of seams(old, matching.target)) {
    if (!continues(now, matching.target, last, first)) continue
    const seq = Math.min(
      latest(
        pair,
        [left, right].map((one) => vanished(columns, one)),
      ),
      pair.seq,
    )
    const target = matching.target[first] ?? 0
    const at = now.pos[target] ?? 0
    const before = { from: right.pos + 1, to: right.pos + 1 }
    const mark = markAt(columns, seq, { kind: 'joined', from: at, to: at, before })
    found.push({ mark, first: target, end: target })
  }
  return found
}

/** Whether the other moment has both in one block, in this order. */
function continues(there: Tokens, counterparts: Int32Array, last: number, first: number): boolean {
  const [a = -1, b = -1] = [counterparts[last], counterparts[first]]
  return a < b && there.blockOf(a) === there.blockOf(b)
}
