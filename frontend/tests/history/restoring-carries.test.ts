// @vitest-environment jsdom

import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { type Carry, declare } from '../../src/editor/carries'
import { parsed } from '../../src/wire/structs'

it('declares in the update itself, and leaves nothing behind', () => {
  const doc = new Y.Doc()
  const manager = new Y.UndoManager(doc.getXmlFragment('default'), {
    trackedOrigins: new Set(['us']),
  })
  const text = new Y.XmlText('abc')
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [text])
  doc.getXmlFragment('default').insert(0, [paragraph])
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const since = Y.getState(doc.store, doc.clientID)
  doc.transact((transaction) => {
    text.insert(1, 'xy')
    const carry: Carry = { clock: since, source: { client: 7, clock: 300, length: 2 } }
    declare(transaction, [carry])
  }, 'us')
  expect(text.getAttributes()).toEqual({})
  const [update] = updates
  const items = parsed(update ?? new Uint8Array()).structs
  const said = items.flatMap((item) =>
    item instanceof Y.Item && item.content instanceof Y.ContentBinary ? [item.content.content] : [],
  )
  expect(said.map((bytes) => [...bytes])).toEqual([[2, 2, 7, 172, 2]])
  expect(updates).toHaveLength(1)
  manager.undo()
  expect(text.toString()).toBe('abc')
})
