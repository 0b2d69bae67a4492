/**
 * Whether own updates and what the server told had not heard of each other where it matters: the one
 * wrote into what the other took away, or both took the same away. Pure: bytes and documents.
 */
import * as Y from 'yjs'

type Ranges = ReturnType<typeof Y.createDeleteSet>

/**
 * Whether updates took away what is gone from `base` without them, or wrote what is gone from `doc`,
 * which holds them, though none of them took it away.
 */
export function isCrossed(base: Y.Doc, doc: Y.Doc, updates: readonly Uint8Array[]): boolean {
  const all = updates.map((update) => Y.decodeUpdate(update))
  const taken = Y.mergeDeleteSets(all.map(({ ds }) => ds))
  const written = Y.createDeleteSet()
  for (const { id, length } of all.flatMap(({ structs }) => structs)) {
    const ranges = written.clients.get(id.client) ?? []
    written.clients.set(id.client, ranges)
    ranges.push({ clock: id.clock, len: length })
  }
  return (
    someGone(base, taken, () => true) ||
    someGone(doc, Y.mergeDeleteSets([written]), (id) => !Y.isDeleted(taken, id))
  )
}

function someGone(doc: Y.Doc, ranges: Ranges, isMeant: (id: Y.ID) => boolean): boolean {
  let found = false
  doc.transact((transaction) => {
    Y.iterateDeletedStructs(transaction, ranges, ({ id, length, deleted }) => {
      for (let at = 0; deleted && !found && at < length; at++) {
        found = isMeant(Y.createID(id.client, id.clock + at))
      }
    })
  })
  return found
}
