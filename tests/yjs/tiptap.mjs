// Random edits as a Tiptap editor makes them: ProseMirror changes its tree, and y-tiptap
// writes the difference. Enter, joining and toggling make text again under new ids.
import { MARKS, WORDS } from './chance.mjs'
import { require } from './yjs.mjs'

const { Schema } = require('prosemirror-model')
const { Transform, canJoin, canSplit, findWrapping, liftTarget } = require('prosemirror-transform')
const { initProseMirrorDoc, updateYFragment } = require('@tiptap/y-tiptap')

const attrs = Object.fromEntries(['align', 'level', 'colspan'].map(name => [name, { default: null }]))
const container = content => ({ content, attrs })
const mark = name => ({ attrs: { href: { default: null } }, excludes: name === 'comment' ? '' : undefined })

export const schema = new Schema({
  nodes: {
    doc: container('block*'),
    paragraph: { ...container('text*'), group: 'block' },
    heading: { ...container('text*'), group: 'block' },
    blockquote: { ...container('block*'), group: 'block' },
    bulletList: { ...container('listItem*'), group: 'block' },
    orderedList: { ...container('listItem*'), group: 'block' },
    listItem: container('block*'),
    table: { ...container('tableRow*'), group: 'block' },
    tableRow: container('tableCell*'),
    tableCell: container('block*'),
    text: {},
  },
  marks: Object.fromEntries(MARKS.map(name => name.replace(/--.*/, '')).map(name => [name, mark(name)])),
})
const { nodes } = schema

const line = chance => nodes.paragraph.create(null, schema.text(chance.pick(WORDS)))
const item = (chance, depth) =>
  nodes.listItem.create(null, chance.often(0.4) && depth < 3 ? [line(chance), nested(chance, depth + 1)] : line(chance))
const nested = (chance, depth = 0) =>
  chance.pick([nodes.bulletList, nodes.orderedList]).create(null, [item(chance, depth), item(chance, depth)])
const table = chance => {
  const row = () => nodes.tableRow.create(null, [1, 2].map(() => nodes.tableCell.create(null, line(chance))))
  return nodes.table.create(null, [row(), row()])
}

const end = change => change.doc.content.size
const somewhere = (chance, change) => chance.below(end(change) + 1)
const anything = (chance, change) => [somewhere(chance, change), somewhere(chance, change)].sort((a, b) => a - b)
const few = (chance, change) => {
  const from = somewhere(chance, change)
  return [from, Math.min(end(change), from + chance.below(9))]
}
const blocks = (chance, change) => {
  const [from, to] = few(chance, change)
  return change.doc.resolve(from).blockRange(change.doc.resolve(to))
}
const inText = (change, at) => change.doc.resolve(at).parent.isTextblock
const someMark = chance => schema.mark(chance.pick(Object.keys(schema.marks)), { href: chance.pick([null, '😀']) })

const type = (chance, change) => {
  const at = somewhere(chance, change)
  const marks = chance.often(0.2) ? [someMark(chance)] : []
  if (inText(change, at)) change.insert(at, schema.text(chance.pick(WORDS), marks))
}
const EDITS = [
  type, type, type, type, type,
  (chance, change) => change.delete(...few(chance, change)),
  (chance, change) => change.deleteRange(...anything(chance, change)),
  (chance, change) => { // Enter
    const at = somewhere(chance, change)
    const depth = 1 + chance.below(2)
    if (inText(change, at) && canSplit(change.doc, at, depth)) change.split(at, depth)
  },
  (chance, change) => {
    const at = somewhere(chance, change)
    if (canJoin(change.doc, at)) change.join(at)
  },
  (chance, change) => {
    const range = blocks(chance, change)
    const wrapping = range && findWrapping(range, chance.pick([nodes.blockquote, nodes.bulletList]))
    if (wrapping) change.wrap(range, wrapping)
  },
  (chance, change) => {
    const range = blocks(chance, change)
    const target = range && liftTarget(range)
    if (typeof target === 'number') change.lift(range, target)
  },
  (chance, change) => {
    const wanted = chance.pick([nodes.heading, nodes.paragraph])
    change.setBlockType(...few(chance, change), wanted, { level: 1 + chance.below(3) })
  },
  (chance, change) => change.addMark(...few(chance, change), someMark(chance)),
  (chance, change) => change.removeMark(...few(chance, change)),
  (chance, change) => {
    const at = somewhere(chance, change)
    if (!change.doc.nodeAt(at)?.isBlock) return
    change.setNodeAttribute(at, chance.pick(['align', 'colspan']), chance.pick([1, 'left', null]))
  },
  (chance, change) => {
    const $at = change.doc.resolve(somewhere(chance, change))
    change.insert($at.depth > 0 ? $at.before(1) : $at.pos, chance.pick([line, nested, table])(chance))
  },
  (chance, change) => { // dragged elsewhere
    const [from, to] = anything(chance, change)
    const slice = change.doc.slice(from, to)
    change.delete(from, to)
    change.replace(somewhere(chance, change), undefined, slice)
  },
]

// ProseMirror throws where a change does not fit; what else the person did stands.
const attempt = (act, chance, change) => {
  try {
    act(chance, change)
  } catch (error) {
    if (!(error instanceof RangeError) && !['ReplaceError', 'TransformError'].includes(error.name)) throw error
  }
}

const fits = tree => {
  try {
    tree.check()
    return true
  } catch {
    return false
  }
}

export const tiptap = (chance, doc) => {
  const fragment = doc.getXmlFragment('default')
  const { doc: before, meta } = initProseMirrorDoc(fragment, schema) // deletes what does not fit inside
  if (!fits(before)) return
  const change = new Transform(before)
  chance.times(2, () => attempt(chance.pick(EDITS), chance, change))
  if (change.docChanged) doc.transact(() => updateYFragment(doc, fragment, change.doc, meta))
}
