// Answers one line of JSON, a list of updates as hex, with the document that y-tiptap makes of them:
// its own conversion of the fragment `default`, before any schema.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { Y, bytes } from './yjs.mjs'

const require = createRequire(new URL('../../frontend/package.json', import.meta.url))
const { yXmlFragmentToProsemirrorJSON } = require('@tiptap/y-tiptap')

// JSON has no undefined, which a Yjs attribute may be: the engines cannot tell it from null.
const json = (_key, value) => (value === undefined ? null : typeof value === "bigint" ? Number(value) : value)

console.log = console.warn = () => {}
for await (const line of createInterface({ input: process.stdin })) {
  const doc = new Y.Doc()
  for (const row of JSON.parse(line)) Y.applyUpdate(doc, bytes(row))
  process.stdout.write(`${JSON.stringify(yXmlFragmentToProsemirrorJSON(doc.getXmlFragment('default')), json)}\n`)
}
