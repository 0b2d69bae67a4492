/**
 * Parts carries into such as stand in the order in which their sources stood.
 *
 * The server believes one declaration as far as its sources follow one another. What undo brings back
 * may stand otherwise: other texts came into one, or between came what had been brought back before.
 */
import * as Y from 'yjs'
import type { Carry } from './carries'

/** More orders than these in one text are not told apart. */
const MOST = 16

type Spot = { text: unknown; place: number; offset: number }
type Order = { last: Spot; carries: Carry[] }

/** Carries of whoever edits a document, in as few orders as are found at once. */
export function inOrders(doc: Y.Doc, carries: readonly Carry[]): Carry[][] {
  const where = spots(doc.store)
  const all = carries.map((carry) => ({
    carry,
    own: where(doc.clientID, carry.clock),
    source: where(carry.source.client, carry.source.clock),
  }))
  all.sort((a, b) => compared(a.own, b.own))
  const orders = new Map<unknown, Map<unknown, Order[]>>()
  for (const { carry, own, source } of all) {
    const bySource = found(orders, own.text, () => new Map<unknown, Order[]>())
    const some = found(bySource, source.text, (): Order[] => [])
    const order =
      some.find(({ last }) => compared(last, source) < 0) ??
      (some.length < MOST ? some[some.push({ last: source, carries: [] }) - 1] : some.at(-1))
    order?.carries.push(carry)
    if (order) order.last = source
  }
  return [...orders.values()].flatMap((bySource) =>
    [...bySource.values()].flatMap((some) => some.map((order) => order.carries)),
  )
}

const compared = (a: Spot, b: Spot): number => a.place - b.place || a.offset - b.offset

/** Tells where ids stand; reads each text once. */
function spots(store: Y.Doc['store']): (client: number, clock: number) => Spot {
  const texts = new Map<unknown, Map<Y.Item, number>>()
  return (client, clock) => {
    const item = Y.getItem(store, Y.createID(client, clock))
    const text = item instanceof Y.Item && item.parent instanceof Y.XmlText ? item.parent : null
    if (!text) return { text, place: 0, offset: 0 }
    const places = found(texts, text, () => placed(text))
    return { text, place: places.get(item) ?? 0, offset: clock - item.id.clock }
  }
}

function placed({ _start }: Y.XmlText): Map<Y.Item, number> {
  const places = new Map<Y.Item, number>()
  for (let item = _start; item; item = item.right) places.set(item, places.size)
  return places
}

function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
