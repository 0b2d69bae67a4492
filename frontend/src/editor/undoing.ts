/**
 * Says of what an undo or a redo brings back whose it was.
 *
 * Yjs undoes in a transaction of its own. It nests: begun inside another one, it is a part of that, in
 * which there is still time to declare. Only Yjs knows which of its copies is of what.
 */
import * as Y from 'yjs'
import { type Carry, declare } from './carries'
import { joined } from './joining'
import { between } from './letters'
import { inOrders } from './orders'

type StackItem = NonNullable<ReturnType<Y.UndoManager['undo']>>

const declaring = new WeakSet<Y.UndoManager>()

/** From now on all that is undone or redone is declared in its own transaction. */
export function declareUndone(manager: Y.UndoManager): void {
  if (declaring.has(manager)) return
  declaring.add(manager)
  const { doc } = manager
  for (const [act, state] of [
    ['undo', 'undoing'],
    ['redo', 'redoing'],
  ] as const) {
    const perform = manager[act].bind(manager)
    manager[act] = () => {
      try {
        return doc.transact((transaction) => {
          try {
            const done = perform()
            if (done) declareCopies(transaction, done)
            return done
          } finally {
            // `perform` has ended; its transaction, which the manager is to keep for a redo, has not.
            manager[state] = true
          }
        }, manager)
      } finally {
        manager[state] = false
      }
    }
  }
}

function declareCopies(transaction: Y.Transaction, done: StackItem): void {
  const { store, clientID } = transaction.doc
  const copies = broughtBack(transaction, done)
  const moved = ledBack(joined(transaction), copies)
  const isThere = ({ clock }: Carry) => !Y.getItem(store, Y.createID(clientID, clock)).deleted
  declare(transaction, ...inOrders(transaction.doc, [...copies.filter(isThere), ...moved]))
}

/** What was moved: where that had only just been brought back, what it is a copy of. */
function ledBack(moved: readonly Carry[], copies: readonly Carry[]): Carry[] {
  const runs = copies
    .map(({ clock, source }) => ({ at: clock, length: source.length, source }))
    .sort((a, b) => a.at - b.at)
  return moved.map(({ clock, source }) => {
    const [found] = between(runs, source.clock, source.clock + source.length)
    if (!found) return { clock, source }
    const { run, low } = found
    const { client, clock: first } = run.source
    return { clock, source: { client, clock: first + low - run.at, length: source.length } }
  })
}

/** The copies that a transaction made of what had been deleted. */
function broughtBack(transaction: Y.Transaction, { deletions }: StackItem): Carry[] {
  const { doc, beforeState } = transaction
  const since = beforeState.get(doc.clientID) ?? 0
  const carries: Carry[] = []
  Y.iterateDeletedStructs(transaction, deletions, (struct) => {
    if (!(struct instanceof Y.Item && struct.content instanceof Y.ContentString)) return
    const { id, length, redone } = struct
    if (!redone || redone.client !== doc.clientID || redone.clock < since) return
    if (Y.getItem(doc.store, redone).deleted) return
    carries.push({ clock: redone.clock, source: { ...id, length } })
  })
  return carries
}
