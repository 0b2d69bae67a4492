/** Where letters stand in a Yjs document by their ids, and where they stood. */
import * as Y from 'yjs'

type Store = Y.Doc['store']

export type Place = { text: Y.XmlText; index: number }

/** What an id names, deleted or not, unless it is unknown or no more known. */
export function itemAt(store: Store, { client, clock }: Y.ID): Y.Item | null {
  if (clock >= Y.getState(store, client)) return null
  const item = Y.getItem(store, Y.createID(client, clock))
  return item instanceof Y.Item ? item : null
}

/** The letter that stands under an id. */
export function letterOf(store: Store, id: Y.ID): string | null {
  const item = itemAt(store, id)
  if (!item || item.deleted || !(item.content instanceof Y.ContentString)) return null
  return item.content.str.charAt(id.clock - item.id.clock)
}

/** Whether a letter, deleted or not, is in a text that can be read. */
export function isReadable(store: Store, id: Y.ID): boolean {
  const text = itemAt(store, id)?.parent
  return text instanceof Y.XmlText && !text._item?.deleted
}

/** The place before a letter, or behind it. */
export function placeOf(store: Store, id: Y.ID, behind: number): Place {
  const item = Y.getItem(store, id) as Y.Item
  let index = item.deleted ? 0 : id.clock - item.id.clock + behind
  for (let left = item.left; left; left = left.left) {
    if (!left.deleted && left.countable) index += left.length
  }
  return { text: item.parent as Y.XmlText, index }
}

/** The deleted text in which a letter is, and what is deleted around that. */
export function takenWith({ parent }: Pick<Y.Item, 'parent'>): Y.ID[] {
  const found: Y.ID[] = []
  if (!(parent instanceof Y.XmlText)) return found
  for (let at: Y.Item | null = parent._item; at?.deleted; at = (at.parent as Y.XmlElement)._item) {
    found.push(at.id)
  }
  return found
}

/** Deletes those letters that stand. Of two halves of a character both go, or neither. */
export function remove(transaction: Y.Transaction, ids: readonly Y.ID[]): void {
  const { store } = transaction.doc
  const gone = Y.createDeleteSet()
  for (const id of ids) {
    if (letterOf(store, id) === null) continue
    const ranges = gone.clients.get(id.client) ?? []
    gone.clients.set(id.client, ranges)
    ranges.push({ clock: id.clock, len: 1 })
  }
  const isHalved = (client: number, clock: number) =>
    clock > 0 &&
    HIGH.test(letterOf(store, Y.createID(client, clock - 1)) ?? '') &&
    LOW.test(letterOf(store, Y.createID(client, clock)) ?? '')
  for (const [client, ranges] of Y.mergeDeleteSets([gone]).clients) {
    for (const { clock, len } of ranges) {
      const start = isHalved(client, clock) ? clock + 1 : clock
      const end = isHalved(client, clock + len) ? clock + len - 1 : clock + len
      if (start < end) removeStretch(transaction, Y.createID(client, start), end - start)
    }
  }
}

const HIGH = /[\ud800-\udbff]/
const LOW = /[\udc00-\udfff]/

function removeStretch(transaction: Y.Transaction, { client, clock }: Y.ID, length: number): void {
  const { store } = transaction.doc
  const end = clock + length
  for (let at = clock; at < end; ) {
    const first = Y.getItemCleanStart(transaction, Y.createID(client, at))
    const rest = end - at
    const last = Y.createID(client, end - 1)
    const item = first.length > rest ? Y.getItemCleanEnd(transaction, store, last) : first
    at += item.length
    take(transaction, item)
  }
}

/** Deletes an item; Yjs would go on counting from places that it remembers behind it. */
export function take(transaction: Y.Transaction, item: Y.Item): void {
  item.delete(transaction)
  const { _searchMarker: remembered } = item.parent as Y.XmlText | Y.XmlElement
  if (remembered) remembered.length = 0
}

/** An empty text in the place of one that is gone, in parts like those that are gone with it. */
export function broughtBack(text: Y.XmlText): Y.XmlText {
  const fresh = new Y.XmlText()
  let made: Y.XmlText | Y.XmlElement = fresh
  let at = text._item as Y.Item
  let outer = at.parent as Y.XmlElement
  for (; outer._item?.deleted; outer = at.parent as Y.XmlElement) {
    const like = new Y.XmlElement(outer.nodeName)
    like.insert(0, [made])
    made = like
    at = outer._item
  }
  let index = 0
  for (let left = at.left; left; left = left.left) if (!left.deleted) index += left.length
  outer.insert(index, [made])
  return fresh
}
