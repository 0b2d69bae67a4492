/**
 * Says of what is written again whose it was: which new ids say what which deleted ids said.
 *
 * The server finds much of it by itself. But only the browser knows for certain what a person saw and
 * did. It says so in the very row: an attribute of the text, set and at once deleted, so that nobody
 * ever sees it. The server takes nobody's word for it: the text must be equal, deleted, and in the
 * order in which it stood.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

const ATTRIBUTE = 'carries'

/** In the meta of a transaction: it declares for itself. */
export const DECLARING = 'declares its carries'

export type Stretch = { client: number; clock: number; length: number }

/** Under which client id a document was last declared to carry anything, or nothing. */
const declared = new WeakMap<Y.Doc, number>()

/** Ids from `clock` on, of whoever edits; they say what `source` said. */
export type Carry = { clock: number; source: Stretch }

/**
 * Declares what a transaction carries, each in the text that it is in, and there in the order in which
 * they stand. What stood together in one order is one group. Who has declared declares all: so even if
 * it is nothing, a first text that comes does.
 */
export function declare(transaction: Y.Transaction, ...groups: readonly Carry[][]): void {
  const { doc } = transaction
  for (const carries of groups) {
    const byText = new Map<Y.XmlText, Carry[]>()
    for (const carry of carries) {
      const text = textOf(doc, carry.clock)
      if (text) byText.set(text, [...(byText.get(text) ?? []), carry])
    }
    for (const [text, some] of byText) write(text, some)
  }
  const first = declared.get(doc) === doc.clientID ? null : insertedInto(transaction)
  if (first) write(first, [])
}

/** Names all letters that a transaction wrote as from themselves: where they are from, nobody here knows. */
export function unknown(transaction: Y.Transaction): Carry[] {
  return inserted(transaction).map(({ id, length }) => {
    return { clock: id.clock, source: { client: id.client, clock: id.clock, length } }
  })
}

function write(text: Y.XmlText, carries: readonly Carry[]): void {
  const doc = text.doc as Y.Doc
  const { store, clientID } = doc
  declared.set(doc, clientID)
  const body = written(Y.getState(store, clientID), inOrder(text, carries))
  text.setAttribute(ATTRIBUTE, body as unknown as string)
  const item = text._map.get(ATTRIBUTE)
  if (item) item.keep = true // or Yjs clears it away before it tells its update
  text.removeAttribute(ATTRIBUTE)
}

/** How many letters a transaction wrote that stand. */
export function lettersWritten(transaction: Y.Transaction): number {
  return inserted(transaction).reduce((sum, { length }) => sum + length, 0)
}

/** A text that a transaction inserted something into. */
function insertedInto(transaction: Y.Transaction): Y.XmlText | null {
  const [item] = inserted(transaction)
  return item?.parent instanceof Y.XmlText ? item.parent : null
}

/** The text that a transaction inserted and left, the last first. */
function inserted({ doc, beforeState }: Y.Transaction): Y.Item[] {
  const since = beforeState.get(doc.clientID) ?? 0
  const structs = doc.store.clients.get(doc.clientID) ?? []
  const found: Y.Item[] = []
  for (let at = structs.length - 1; (structs[at]?.id.clock ?? -1) >= since; at--) {
    const item = structs[at]
    if (!(item instanceof Y.Item && item.content instanceof Y.ContentString)) continue
    if (!item.deleted && item.parent instanceof Y.XmlText) found.push(item)
  }
  return found
}

function textOf(doc: Y.Doc, clock: number): Y.XmlText | null {
  const { parent } = Y.getItem(doc.store, Y.createID(doc.clientID, clock))
  return parent instanceof Y.XmlText ? parent : null
}

function inOrder(text: Y.XmlText, carries: readonly Carry[]): Carry[] {
  const places = new Map<Y.Item, number>()
  for (let item = text._start; item; item = item.right) places.set(item, places.size)
  const { store, clientID } = text.doc as Y.Doc
  const placed = carries.map((carry) => {
    const item = Y.getItem(store, Y.createID(clientID, carry.clock))
    return { carry, place: places.get(item) ?? 0 }
  })
  placed.sort((a, b) => a.place - b.place || a.carry.clock - b.carry.clock)
  return placed.map(({ carry }) => carry)
}

/** Ids of a client, and which ids they say again. */
export type Copy = Carry & { client: number }

/** What an attribute with this id declares, as far as that can be read; what it names as from itself not. */
export function declaredBy({ client, clock: own }: Y.ID, body: Uint8Array): Copy[] {
  const told = [...numbersIn(body)]
  const copies: Copy[] = []
  for (let at = 0; at + 3 < told.length; at += 4) {
    const [distance, length, from, clock] = told.slice(at, at + 4) as [
      number,
      number,
      number,
      number,
    ]
    const copy = { client, clock: own - distance, source: { client: from, clock, length } }
    const isOwn = from === client && clock === copy.clock
    if (copy.clock >= 0 && length > 0 && length <= distance && !isOwn) copies.push(copy)
  }
  return copies
}

function* numbersIn(body: Uint8Array): Generator<number> {
  try {
    for (const from = decoding.createDecoder(body); decoding.hasContent(from); ) {
      yield decoding.readVarUint(from)
    }
  } catch (error) {
    // Anybody may write anything there.
    if (!(error instanceof Error)) throw error
  }
}

/** The clocks are told by how far they lie before the declaration: whoever moves both leaves that. */
function written(own: number, carries: readonly Carry[]): Uint8Array {
  const out = encoding.createEncoder()
  for (const { clock, source } of carries) {
    for (const part of [own - clock, source.length, source.client, source.clock]) {
      encoding.writeVarUint(out, part)
    }
  }
  return encoding.toUint8Array(out)
}
