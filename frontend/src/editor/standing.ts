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
export function takenWith({ parent }: Y.Item): Y.ID[] {
  const found: Y.ID[] = []
  if (!(parent instanceof Y.XmlText)) return found
  for (let at: Y.Item | null = parent._item; at?.deleted; at = (at.parent as Y.XmlElement)._item) {
    found.push(at.id)
  }
  return found
}

/** Deletes a letter that stands. */
export function remove(transaction: Y.Transaction, id: Y.ID): void {
  const { store } = transaction.doc
  if (letterOf(store, id) === null) return
  Y.getItemCleanStart(transaction, id)
  take(transaction, Y.getItemCleanEnd(transaction, store, id))
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
