/** The JSON that the server gives (`/api/documents/<id>/json`) is the document that the editor shows. */
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import vectors from '../../tests/vectors/documents.json'
import { FRAGMENT } from '../src/editor/foreign'
import { schema } from '../src/editor/schema-of'

it.each(vectors)('$name', ({ update, document }) => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Uint8Array.from(Buffer.from(update, 'hex')))
  const shown = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(FRAGMENT), schema)
  const read = schema.nodeFromJSON(document)
  read.check()
  expect(read.toJSON()).toEqual(shown.toJSON())
  expect(marks(document)).toEqual(marks(shown.toJSON()))
})

/** The names of all marks, in the order in which they stand. */
function marks(node: unknown): string[] {
  const { content = [], marks: own = [] } = node as {
    content?: unknown[]
    marks?: { type: string }[]
  }
  return [...own.map(({ type }) => type), ...content.flatMap(marks)]
}
