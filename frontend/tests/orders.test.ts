import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { inOrders } from '../src/editor/orders'

/** A document with texts, and the id of the first letter of each. */
function texts(...words: string[]): { doc: Y.Doc; firsts: Y.ID[] } {
  const doc = new Y.Doc()
  const firsts = words.map((some) => {
    const text = new Y.XmlText(some)
    doc.getXmlFragment('default').push([text])
    return (text._start as Y.Item).id
  })
  return { doc, firsts }
}

const carry = (own: number, { client, clock }: Y.ID, at = 0) => ({
  clock: own,
  source: { client, clock: clock + at, length: 1 },
})

const sources = (orders: ReturnType<typeof inOrders>) =>
  orders.map((some) => some.map(({ source }) => source.clock))

it('leaves together what stands as it stood', () => {
  const { doc, firsts } = texts('abc', 'abc')
  const [own, old] = firsts as [Y.ID, Y.ID]
  const given = [1, 0, 2].map((at) => carry(own.clock + at, old, at))
  expect(sources(inOrders(doc, given))).toEqual([[old.clock, old.clock + 1, old.clock + 2]])
})

it('parts what stands otherwise', () => {
  const { doc, firsts } = texts('abcd', 'abcd')
  const [own, old] = firsts as [Y.ID, Y.ID]
  const given = [2, 0, 3, 1].map((from, at) => carry(own.clock + at, old, from))
  expect(sources(inOrders(doc, given))).toEqual([
    [old.clock + 2, old.clock + 3],
    [old.clock, old.clock + 1],
  ])
})

it('parts what stood in several texts, and what stands in several', () => {
  const { doc, firsts } = texts('ab', 'cd', 'a', 'b')
  const [one, other, left, right] = firsts as [Y.ID, Y.ID, Y.ID, Y.ID]
  const given = [carry(one.clock, left), carry(one.clock + 1, right), carry(other.clock, left)]
  expect(sources(inOrders(doc, given))).toEqual([[left.clock], [right.clock], [left.clock]])
})

it('makes no more than sixteen orders of a text that stands backwards', () => {
  const { doc, firsts } = texts('x'.repeat(100), 'x'.repeat(100))
  const [own, old] = firsts as [Y.ID, Y.ID]
  const given = Array.from({ length: 100 }, (_, at) => carry(own.clock + at, old, 99 - at))
  const orders = inOrders(doc, given)
  expect(orders).toHaveLength(16)
  expect(orders.flat()).toHaveLength(100)
})
