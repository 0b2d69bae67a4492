/**
 * Whether own updates and what the server told had not heard of each other where it matters: the one
 * wrote into what the other took away, or both took the same away. Pure: bytes and documents.
 */
import * as Y from 'yjs'

type Ranges = ReturnType<typeof Y.createDeleteSet>

/**
 * Whether updates, which are applied to `doc` behind those they stand on, name as deleted what is gone
 * without them, or have something deleted with them that they do not name.
 */
export function isCrossed(
  doc: Y.Doc,
  before: readonly Uint8Array[],
  updates: readonly Uint8Array[],
): boolean {
  const named = Y.mergeDeleteSets(updates.map((update) => Y.decodeUpdate(update).ds))
  return doc.transact((transaction) => {
    if (someDeleted(transaction, named, () => true)) return true
    for (const update of [...before, ...updates]) Y.applyUpdate(doc, update)
    return someDeleted(transaction, transaction.deleteSet, (id) => !Y.isDeleted(named, id))
  })
}

function someDeleted(
  transaction: Y.Transaction,
  ranges: Ranges,
  isMeant: (id: Y.ID) => boolean,
): boolean {
  let found = false
  Y.iterateDeletedStructs(transaction, ranges, ({ id, length, deleted }) => {
    for (let at = 0; deleted && !found && at < length; at++) {
      found = isMeant(Y.createID(id.client, id.clock + at))
    }
  })
  return found
}
