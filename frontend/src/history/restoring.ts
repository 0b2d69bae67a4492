/**
 * What was, brought back into the live document as one ordinary edit of the person who asks: the
 * whole, some blocks, a phrase that was found, or what somebody did in a sitting.
 *
 * Each answers with a transaction on the live editor's state, the least that does it, so that what is
 * as it was keeps its ids. To be given to `perform` at once; `transaction.doc` is the preview.
 */
import type { EditorState, Transaction } from '@tiptap/pm/state'
import type * as Y from 'yjs'
import type { Places } from './compare-deletions'
import { Matching } from './compare-matching'
import { type Branch, endOf, Tokens } from './compare-tokens'
import { type Past, present } from './past'
import { Edits } from './restoring-edits'
import { morph } from './restoring-morph'
import { bringBack } from './restoring-return'
import { type Turn, takeBack } from './restoring-sitting'
import type { Find } from './search'

export { isWhole, perform } from './restoring-edits'
export type { Turn } from './restoring-sitting'

/** The live editor's state, and the Yjs root that it shows. */
export type Live = { state: EditorState; root: Y.XmlFragment }

/** Makes the document what it was after `seq` updates. */
export function restoreMoment(live: Live, past: Past, seq: number): Transaction {
  const places = placesOf(live, past, seq)
  const edits = editsOf(live, places.now)
  morph(places, places.old.root, places.now.root, edits)
  return edits.transaction()
}

/**
 * Brings back the blocks that a selection in the document after `seq` updates touches: paragraphs, or
 * the rows of a table. What is gone comes behind its nearest neighbour that is left.
 */
export function restoreBlocks(
  live: Live,
  past: Past,
  seq: number,
  from: number,
  to: number,
): Transaction {
  const places = placesOf(live, past, seq)
  const edits = editsOf(live, places.now)
  const missing = new Set<Branch>()
  for (const branch of selected(places, from, to)) {
    const counterpart = places.matching.targetOf(branch)
    if (counterpart?.node.type.name === branch.node.type.name) {
      morph(places, branch, counterpart, edits)
    } else missing.add(branch)
  }
  const isMissing = (branch: Branch | null): boolean =>
    branch !== null && (missing.has(branch) || isMissing(branch.parent))
  const token = (token: number) => isMissing(places.old.blockOf(token))
  bringBack(places, { token, block: isMissing }, edits)
  return edits.transaction()
}

/** Brings back a phrase that was found and is gone; an empty transaction when it is there. */
export function putBack(live: Live, past: Past, { died, ids }: Find): Transaction {
  if (!died) return live.state.tr
  const places = placesOf(live, past, died.seq - 1)
  const edits = editsOf(live, places.now)
  const { client, clock } = places.old
  const token = (token: number) =>
    ids.some((run) => {
      const at = (clock[token] ?? 0) - run.clock
      return client[token] === run.client && at >= 0 && at < run.length
    })
  bringBack(places, { token, block: () => false }, edits)
  return edits.transaction()
}

/** Takes back what one person inserted and deleted in some rows, and nothing of others. */
export function undoTurn(live: Live, past: Past, turn: Turn): Transaction {
  const now = tokensOf(live, past)
  const edits = editsOf(live, now)
  takeBack(past, now, turn, edits)
  return edits.transaction()
}

function placesOf(live: Live, past: Past, seq: number): Places {
  const old = new Tokens(past.at(seq), past.columns)
  const now = tokensOf(live, past)
  return { old, now, matching: new Matching(old, now) }
}

const editsOf = ({ state }: Live, { moment }: Tokens): Edits => new Edits(state, moment.doc)

const tokensOf = ({ state, root }: Live, { columns }: Past): Tokens =>
  new Tokens(present(state.schema, root), columns)

/** The blocks that a selection touches: siblings; of a table that lost them, whole rows. */
function selected({ old, matching }: Places, from: number, to: number): Set<Branch> {
  const $from = old.moment.doc.resolve(from)
  const range = $from.blockRange(old.moment.doc.resolve(to))
  const inRow = range?.parent.type.spec.tableRole === 'row'
  const depth = (range?.depth ?? 0) - (inRow ? 1 : 0)
  const pos = depth > 0 ? $from.before(depth) : old.root.pos
  const parent = old.branches.find((branch) => branch.pos === pos) ?? old.root
  const touched = parent.children.filter((child) => child.pos < to && endOf(child) > from)
  return new Set(touched.map((branch) => lostRow(matching, branch) ?? branch))
}

function lostRow(matching: Matching, branch: Branch): Branch | null {
  for (let at: Branch | null = branch; at; at = at.parent) {
    if (at.node.type.spec.tableRole === 'row') return matching.targetOf(at) ? null : at
  }
  return null
}
