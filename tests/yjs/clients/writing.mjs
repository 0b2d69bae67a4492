// Writing as the editor does it: a ProseMirror change, carried into Yjs by y-tiptap.
//
// Enter, joining, headings and undoing are what re-creates people's text, so they are
// left to the code that really does them.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../../../frontend/package.json', import.meta.url))
const { Schema } = require('prosemirror-model')
const { Transform, canJoin } = require('prosemirror-transform')
const { updateYFragment, initProseMirrorDoc } = require('@tiptap/y-tiptap')

const block = { group: 'block', content: 'inline*' }
const schema = new Schema({
  nodes: {
    doc: { content: 'block*' },
    paragraph: block,
    heading: { ...block, attrs: { level: { default: 1 } } },
    blockquote: { group: 'block', content: 'block*' },
    text: { group: 'inline' },
  },
  marks: { bold: {}, italic: {}, link: { attrs: { href: {} } } },
})

const WORDS = ['a', 'hello ', 'é', '日本語', '😀', 'x😀y', '👩‍👩‍👧', 'ש', ' ', 'lorem ipsum ']

export const randomness = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const below = (random, n) => Math.floor(random() * n)
const pick = (random, list) => list[below(random, list.length)]

const blocks = doc => {
  const found = []
  doc.descendants((node, at) => {
    if (node.isTextblock) found.push({ node, start: at + 1, end: at + 1 + node.content.size })
  })
  return found
}

// A place in a text that cuts no emoji in two.
const place = (random, { node, start }) => {
  const text = node.textContent
  let at = below(random, text.length + 1)
  if (/[\udc00-\udfff]/.test(text[at] ?? '')) at--
  return start + at
}
const stretch = (random, one) => [place(random, one), place(random, one)].sort((a, b) => a - b)

const type = (random, change, one) => change.insert(place(random, one), schema.text(pick(random, WORDS)))
const marks = [schema.mark('bold'), schema.mark('italic'), schema.mark('link', { href: 'https://example.org' })]

const CHANGES = [
  type, type, type, type, type, type,
  (random, change, one) => change.delete(...stretch(random, one)),
  (random, change, one) => change.addMark(...stretch(random, one), pick(random, marks)),
  (random, change, one) => change.removeMark(...stretch(random, one)),
  (random, change, one) => change.split(place(random, one)),
  (random, change, one) => { if (change.doc.resolve(one.end + 1).nodeAfter?.isTextblock && canJoin(change.doc, one.end + 1)) change.join(one.end + 1) },
  (random, change, one) => change.setBlockType(one.start, one.end, schema.nodes.heading, { level: 2 }),
  (random, change, one) => change.setBlockType(one.start, one.end, schema.nodes.paragraph),
  (random, change, one) => change.delete(one.start - 1, one.end + 1),
  (random, change, one) => change.insert(one.end + 1, schema.node('paragraph', null, schema.text(pick(random, WORDS)))),
  (random, change, one) => {
    const range = change.doc.resolve(one.start).blockRange()
    if (range && range.depth < 2) change.wrap(range, [{ type: schema.nodes.blockquote }])
  },
]

// One act of a person, in one transaction.
export const edit = (doc, random) => {
  const fragment = doc.getXmlFragment('default')
  const { doc: before, meta } = initProseMirrorDoc(fragment, schema)
  const change = new Transform(before)
  const found = blocks(before)
  if (found.length === 0) change.insert(0, schema.node('paragraph', null, schema.text(pick(random, WORDS))))
  else pick(random, CHANGES)(random, change, pick(random, found))
  if (change.docChanged) doc.transact(() => updateYFragment(doc, fragment, change.doc, meta), 'editor')
}
