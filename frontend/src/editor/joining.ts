/**
 * Makes one text of those that came to lie side by side, each behind the first by whoever sits here.
 *
 * y-tiptap does so when it shows them, in transactions of its own, in which nobody can declare whose the
 * letters were; and of three it loses the last. So it is done before it looks.
 */
import * as Y from 'yjs'
import { type Carry, declare } from './carries'
import { between, Letters } from './letters'
import { Meeting } from './meeting'
import { take } from './standing'

/** From now on also what is heard of others is joined before it is shown, until the answer is called. */
export function joinHeard(doc: Y.Doc): () => void {
  const join = (heard: Y.Transaction) => {
    if (heard.local) return
    const meeting = Meeting.in(heard)
    if ((meeting?.isQuiet ?? true) && besides(heard).next().done) return
    doc.transact((transaction) => {
      const moved = joined(transaction, heard)
      declare(transaction, moved, ...(meeting?.mend(transaction, moved) ?? []))
    })
  }
  doc.on('beforeObserverCalls', join)
  return () => doc.off('beforeObserverCalls', join)
}

/** Joins what a transaction laid side by side, and tells what carries what then. */
export function joined(transaction: Y.Transaction, laid = transaction): Carry[] {
  return [...besides(laid)].flatMap(([text, next]) => moved(transaction, text, next))
}

/** The texts behind which one lies that is to be a part of them. */
function* besides(laid: Y.Transaction): Generator<[text: Y.XmlText, next: Y.XmlText]> {
  for (const parent of new Set(parentsIn(laid))) {
    let first: Y.XmlText | null = null
    for (let item = parent._start; item; item = item.right) {
      if (item.deleted) continue
      const text = textIn(item)
      if (first && text && item.id.client === laid.doc.clientID) yield [first, text]
      // All join the very first: into one between, somebody would move what its own author moves away.
      else first = text && (first ?? text)
    }
  }
}

/** The elements in which a transaction changed which texts there are. */
function* parentsIn({ changed, doc, beforeState }: Y.Transaction): Generator<Y.XmlElement> {
  for (const type of changed.keys()) {
    if (type instanceof Y.XmlElement && !type._item?.deleted) yield type
  }
  const structs = doc.store.clients.get(doc.clientID) ?? []
  const since = beforeState.get(doc.clientID) ?? 0
  for (let at = structs.length - 1; (structs[at]?.id.clock ?? -1) >= since; at--) {
    const item = structs[at]
    if (item instanceof Y.Item && item.parent instanceof Y.XmlElement && textIn(item)) {
      yield item.parent
    }
  }
}

function textIn({ content, deleted }: Y.Item): Y.XmlText | null {
  if (deleted || !(content instanceof Y.ContentType)) return null
  return content.type instanceof Y.XmlText ? content.type : null
}

/** Moves all of a text behind another. */
function moved(transaction: Y.Transaction, text: Y.XmlText, next: Y.XmlText): Carry[] {
  const { store, clientID } = transaction.doc
  const since = Y.getState(store, clientID)
  const were = lettersIn(next)
  text.applyDelta([{ retain: text.length }, ...(next.toDelta() as unknown[])])
  if (next._item) take(transaction, next._item)
  const are = lettersIn(text, ({ client, clock }) => client === clientID && clock >= since)
  return are.runs.flatMap(({ clock, at, length }) =>
    [...between(were.runs, at, at + length)].map(({ run, low, high }) => {
      const source = { client: run.client, clock: run.clock + low - run.at, length: high - low }
      return { clock: clock + low - at, source }
    }),
  )
}

function lettersIn({ _start }: Y.XmlText, isMeant = (_id: Y.ID) => true): Letters {
  const letters = new Letters()
  for (let item = _start; item; item = item.right) {
    const { id, length, deleted, content } = item
    if (!deleted && content instanceof Y.ContentString && isMeant(id)) letters.push(id, length)
  }
  return letters
}
