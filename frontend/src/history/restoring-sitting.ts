/** Takes back what one person did in some rows, and nothing that anybody else did, then or since. */
import { Fragment } from '@tiptap/pm/model'
import type { Columns, Id } from './columns'
import { deathOf } from './compare-deletions'
import { type Pair, vanished } from './compare-marks'
import { Matching } from './compare-matching'
import { type Branch, endOf, Tokens } from './compare-tokens'
import type { Past } from './past'
import type { Edits } from './restoring-edits'
import { bringBack } from './restoring-return'

/** Whose rows, among `first` to `last`, are taken back. */
export type Turn = { author: number; first: number; last: number }

type Theirs = (seq: number) => boolean

/** Brings back their deletions, and deletes their insertions that live. */
export function takeBack(past: Past, live: Tokens, turn: Turn, edits: Edits): void {
  const { columns } = past
  const theirs: Theirs = (seq) =>
    seq >= turn.first && seq <= turn.last && columns.author(seq) === turn.author
  const brought = new Set<string>()
  for (const seq of momentsBefore(columns, turn, theirs)) {
    bringBackFrom(pairOf(past, seq, live), theirs, brought, edits)
  }
  removeText(columns, live, theirs, edits)
}

/** The moments from which all that they deleted and had not written can be seen: mostly one. */
function momentsBefore(columns: Columns, { first, last }: Turn, theirs: Theirs): number[] {
  const deaths = [...columns.deathsIn(first, last)]
    .filter(({ client, clock, seq }) => {
      const said = columns.firstOf(client, clock)
      return theirs(seq) && !theirs(columns.birth(said.client, said.clock))
    })
    .sort((a, b) => a.seq - b.seq)
  const moments: number[] = []
  for (const { client, clock, seq } of deaths) {
    if (columns.birth(client, clock) > (moments.at(-1) ?? 0)) moments.push(seq - 1)
  }
  return moments
}

function pairOf(past: Past, since: number, now: Tokens): Pair {
  const { columns } = past
  const old = new Tokens(past.at(since), columns)
  return { since, seq: past.head, old, now, matching: new Matching(old, now), columns }
}

function bringBackFrom(pair: Pair, theirs: Theirs, brought: Set<string>, edits: Edits): void {
  const { old, columns } = pair
  const isNew = (id: Id | null): boolean => {
    if (!id || brought.has(`${id.client}:${id.clock}`)) return false
    brought.add(`${id.client}:${id.clock}`)
    return true
  }
  const token = (token: number): boolean => {
    if (theirs(old.born[token] ?? 0) || !theirs(deathOf(pair, token))) return false
    return isNew({ client: old.firstClient[token] ?? 0, clock: old.firstClock[token] ?? 0 })
  }
  const block = (branch: Branch): boolean => {
    const { element } = branch
    if (!element || theirs(columns.birth(element.client, element.clock))) return false
    return theirs(vanished(columns, branch)) && isNew(element)
  }
  bringBack(pair, { token, block }, edits)
}

function removeText(columns: Columns, live: Tokens, theirs: Theirs, edits: Edits): void {
  const isTheirs = (token: number): boolean => theirs(live.born[token] ?? 0)
  const isEmptied = ({ from, to }: Branch): boolean => {
    for (let token = from; token < to; token++) if (!isTheirs(token)) return false
    return true
  }
  const goes = (branch: Branch): boolean => {
    const { element, children } = branch
    if (!element || !theirs(columns.birth(element.client, element.clock))) return false
    if (edits.touches(branch.pos, endOf(branch))) return false
    return isEmptied(branch) && children.every(goes)
  }
  const visit = (branch: Branch) => {
    if (goes(branch) && !isLastOfAll(live, branch, goes)) {
      edits.replace(null, branch.pos, endOf(branch), Fragment.empty)
    } else if (branch.node.isTextblock) removeRuns(live, branch, isTheirs, edits)
    else branch.children.forEach(visit)
  }
  live.root.children.forEach(visit)
}

/** A document without any block is none: its first stays, empty. */
function isLastOfAll({ root }: Tokens, branch: Branch, goes: (branch: Branch) => boolean): boolean {
  return branch === root.children[0] && root.children.every(goes)
}

function removeRuns(
  { pos }: Tokens,
  block: Branch,
  isTheirs: (token: number) => boolean,
  edits: Edits,
): void {
  for (let token = block.from; token < block.to; token++) {
    const first = token
    while (token < block.to && isTheirs(token)) token++
    if (token === first) continue
    edits.replace(block, pos[first] ?? 0, (pos[token - 1] ?? 0) + 1, Fragment.empty)
  }
}
