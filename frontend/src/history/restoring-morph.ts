/** Makes blocks of the live document what they were, and touches nothing that is as it was. */
import { Fragment } from '@tiptap/pm/model'
import type { Places } from './compare-deletions'
import { heaviest } from './compare-order'
import { type Branch, endOf, saidBy, type Tokens } from './compare-tokens'
import type { Formats } from './past-nodes'
import type { Edits } from './restoring-edits'

/** Makes `live` what `then` was. Both have one type. `then` is in the older of the places' moments. */
export function morph(places: Places, then: Branch, live: Branch, edits: Edits): void {
  if (same(then, live)) return
  if (live.element && written(then.node.attrs) !== written(live.node.attrs)) {
    edits.markup(live.pos, then.node.attrs)
  }
  if (live.node.isTextblock) morphText(places, then, live, edits)
  else morphChildren(places, then, live, edits)
}

const written = (value: unknown): string => JSON.stringify(value)

const same = (then: Branch, live: Branch): boolean =>
  then.node.nodeSize === live.node.nodeSize &&
  written(then.node.toJSON()) === written(live.node.toJSON())

function morphChildren(places: Places, then: Branch, live: Branch, edits: Edits): void {
  const kept = keptChildren(places, then, live)
  let from = live.pos + 1
  let index = 0
  const fill = (to: number, until: number) => {
    const missing = then.children.slice(index, until)
    if (missing.length === 0 && to === from) return
    const said = saidBy(places.old, missing[0]?.from ?? 0, missing.at(-1)?.to ?? 0)
    edits.replace(null, from, to, Fragment.from(missing.map(({ node }) => node)), said)
  }
  for (const [i, child] of then.children.entries()) {
    const counterpart = kept.get(child)
    if (!counterpart) continue
    fill(counterpart.pos, i)
    morph(places, child, counterpart, edits)
    from = endOf(counterpart)
    index = i + 1
  }
  fill(endOf(live) - 1, then.children.length)
}

/** The children that are still children of the same block, of one type, and in their order. */
function keptChildren({ matching }: Places, then: Branch, live: Branch): Map<Branch, Branch> {
  const indices = new Map(live.children.map((child, i) => [child, i]))
  const row = then.children.flatMap((child) => {
    const counterpart = matching.targetOf(child)
    const origin = counterpart && indices.get(counterpart)
    const alike = counterpart?.node.type.name === child.node.type.name
    return origin === undefined || !alike ? [] : [{ child, counterpart, origin, weight: 1 }]
  })
  return new Map([...heaviest(row)].map(({ child, counterpart }) => [child, counterpart]))
}

function morphText({ old, now, matching }: Places, then: Branch, live: Branch, edits: Edits): void {
  const styles = new Map<Formats, string>()
  const row: { token: number; origin: number; weight: number }[] = []
  for (let token = then.from; token < then.to; token++) {
    const origin = matching.target[token] ?? -1
    if (origin < live.from || origin >= live.to) continue
    if (looks(old, token, styles) === looks(now, origin, styles)) {
      row.push({ token, origin, weight: 1 })
    }
  }
  const staying = heaviest(row)
  const ends = { token: then.to, origin: live.to, weight: 0 }
  let [token, origin] = [then.from, live.from]
  for (const next of [...row.filter((one) => staying.has(one)), ends]) {
    if (next.token > token || next.origin > origin) {
      const from = positionOf(now, live, origin)
      const to = origin === next.origin ? from : (now.pos[next.origin - 1] ?? 0) + 1
      const said = saidBy(old, token, next.token)
      edits.replace(live, from, to, contentOf(old, token, next.token), said)
    }
    token = next.token + 1
    origin = next.origin + 1
  }
}

/** Where a token of a block stands, or would stand behind its last. */
function positionOf({ pos }: Tokens, block: Branch, token: number): number {
  return token > block.from ? (pos[token - 1] ?? 0) + 1 : block.pos + 1
}

/** What tokens of one block say. */
export function contentOf({ moment, pos }: Tokens, from: number, to: number): Fragment {
  if (from >= to) return Fragment.empty
  return moment.doc.slice(pos[from] ?? 0, (pos[to - 1] ?? 0) + 1).content
}

/** The marks of a character, or what a leaf is. */
function looks(tokens: Tokens, token: number, known: Map<Formats, string>): string {
  const formats = tokens.runOf(token)?.formats
  if (!formats) return written(tokens.leaves.get(token)?.node.toJSON())
  const style = known.get(formats) ?? styleOf(formats)
  known.set(formats, style)
  return style
}

function styleOf(formats: Formats): string {
  const set = [...formats].filter(([, { value }]) => value !== null)
  return written(set.map(([key, { value }]) => [key, value]).sort())
}
