import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { declare, unknown } from '../src/editor/carries'
import { joinHeard } from '../src/editor/joining'

/** People who have heard of one empty paragraph, and join what they hear. */
function people(count: number): Y.Doc[] {
  const first = new Y.Doc()
  first.getXmlFragment('default').push([new Y.XmlElement('paragraph')])
  return Array.from({ length: count }, (_, at) => {
    const doc = new Y.Doc()
    doc.clientID = at + 1
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(first))
    joinHeard(doc)
    return doc
  })
}

const paragraph = (doc: Y.Doc) => doc.getXmlFragment('default').get(0) as Y.XmlElement

const begin = (doc: Y.Doc, words: string) => paragraph(doc).push([new Y.XmlText(words)])

const texts = (doc: Y.Doc) => paragraph(doc).toArray().map(String)

/** Everybody hears what all others know, in one update, until nobody knows anything new. */
function agree(docs: Y.Doc[]): void {
  for (let last = ''; last !== docs.map(texts).join(); ) {
    last = docs.map(texts).join()
    const known = docs.map((doc) => Y.encodeStateAsUpdate(doc))
    docs.forEach((doc, at) => {
      Y.applyUpdate(doc, Y.mergeUpdates(known.filter((_, of) => of !== at)))
    })
  }
}

describe('people who begin in one empty paragraph', () => {
  it.each([2, 3, 4])('keep the words of all %i', (count) => {
    const docs = people(count)
    for (const [at, doc] of docs.entries()) begin(doc, `words${at} `)
    agree(docs)
    const [all = ''] = texts(docs[0] as Y.Doc)
    expect(docs.map(texts)).toEqual(docs.map(() => [all]))
    expect(all.trim().split(' ').toSorted()).toEqual(docs.map((_, at) => `words${at}`))
  })
})

it('names what it cannot tell as from itself', () => {
  const [doc] = people(1) as [Y.Doc]
  begin(doc, 'a')
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  doc.transact((transaction) => {
    const text = paragraph(doc).get(0) as Y.XmlText
    text.insert(1, 'bc')
    declare(transaction, unknown(transaction))
  })
  const [update] = updates as [Uint8Array]
  const [written, said] = Y.decodeUpdate(update).structs as [Y.Item, Y.Item]
  const { client, clock } = written.id
  expect([...(said.content as Y.ContentBinary).content]).toEqual([2, 2, client, clock])
})
