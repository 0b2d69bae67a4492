import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { inPieces } from '../src/wire/rewrite'

/** Documents of three people who wrote into each other's paragraphs, all merged. */
function tangle(): Y.Doc {
  const docs = [9, 5, 7].map((clientID) => Object.assign(new Y.Doc(), { clientID }))
  for (let i = 0; i < 60; i++) {
    const doc = docs[i % 3] as Y.Doc
    const text = doc.getText('default')
    text.insert((i * 7) % (text.length + 1), `${i} says 👋 `)
    if (i % 5 === 4) text.delete(1, 3)
    const next = docs[(i + 1) % 3] as Y.Doc
    Y.applyUpdate(next, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(next)))
  }
  const [first, second, third] = docs as [Y.Doc, Y.Doc, Y.Doc]
  for (const doc of [second, third]) Y.applyUpdate(first, Y.encodeStateAsUpdate(doc))
  return first
}

it('cuts what several people wrote so that no piece waits for a later one', () => {
  const doc = tangle()
  const pieces = inPieces(Y.encodeStateAsUpdate(doc), 200)
  const copy = new Y.Doc()
  for (const piece of pieces) {
    expect(piece.length).toBeLessThanOrEqual(200)
    Y.applyUpdate(copy, piece)
    expect(copy.store.pendingStructs).toBeNull()
    expect(copy.store.pendingDs).toBeNull()
  }
  expect(pieces.length).toBeGreaterThan(10)
  expect(copy.getText('default').toString()).toBe(doc.getText('default').toString())
})
