// Answers one line of JSON with another: what yjs makes of updates.
//   {"rows": [hex, …], "gc": bool, "at": [n, …]}  the states after the first n rows
//   {"ruin": [hex, …], "gc": bool}                loads rows, then uses and deletes everything
//   {"merge": [hex, …]}                           yjs' own merge, as hex
//   {"diff": hex, "vector": hex}                  yjs' own difference, as hex
//   {"positions": [hex, …]}                       relative positions, read and written again
//   {"json": [text, …]}                           which of these JavaScript reads
import { createInterface } from 'node:readline'
import { Chance } from './chance.mjs'
import { freehand } from './freehand.mjs'
import { tiptap } from './tiptap.mjs'
import { Y, bytes, clocks, deleted, hex, order, require, roots, visible, waiting } from './yjs.mjs'

const { yXmlFragmentToProsemirrorJSON } = require('@tiptap/y-tiptap')

const states = ({ rows, gc, at }) => {
  const doc = new Y.Doc({ gc })
  roots(doc)
  const found = []
  const look = n => {
    if (at.includes(n)) {
      const kept = gc ? { deleted: {}, order: {} } : { deleted: deleted(doc), order: order(doc) }
      found.push({ visible: visible(doc), ...kept, clocks: clocks(doc), waiting: waiting(doc) })
    }
  }
  look(0)
  rows.forEach((row, n) => {
    Y.applyUpdate(doc, bytes(row))
    look(n + 1)
  })
  if (rows.length > 0) Y.encodeStateAsUpdate(doc)
  return found
}

// Whatever a browser might do with a document: none of it may throw.
const ruin = ({ ruin: rows, gc }) => {
  const doc = new Y.Doc({ gc })
  roots(doc)
  rows.forEach(row => Y.applyUpdate(doc, bytes(row)))
  visible(doc)
  doc.getXmlFragment('default').toString()
  const again = new Y.Doc({ gc: true })
  Y.applyUpdate(again, Y.encodeStateAsUpdate(doc))
  visible(again)
  const undo = new Y.UndoManager([doc.getXmlFragment('default'), doc.getMap('meta'), doc.getText('note')])
  write(doc)
  for (const list of [doc.getXmlFragment('default'), doc.getArray('list')]) list.delete(0, list.length)
  doc.getText('note').delete(0, doc.getText('note').length)
  doc.getMap('meta').clear()
  undo.undo()
  undo.redo()
  visible(doc)
  Y.applyUpdate(again, Y.encodeStateAsUpdate(doc))
  visible(again)
  const late = atOnce(rows, gc)
  return { waiting: waiting(doc) || waiting(late), clocks: clocks(doc) }
}

// By hand and in editors, of which each has the document for itself.
const write = doc => {
  const chance = new Chance(doc.store.clients.size)
  freehand(chance, doc)
  const copy = new Y.Doc({ gc: doc.gc })
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  tiptap(chance, copy)
  yXmlFragmentToProsemirrorJSON(copy.getXmlFragment('default'))
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy))
}

// All rows in one transaction, into a document whose types nobody has named yet.
const atOnce = (rows, gc) => {
  const doc = new Y.Doc({ gc })
  doc.transact(() => rows.forEach(row => Y.applyUpdate(doc, bytes(row))))
  visible(doc)
  write(doc)
  visible(doc)
  return doc
}

const reads = text => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const position = written => Y.encodeRelativePosition(Y.decodeRelativePosition(written))

const answer = question => {
  if (question.merge) return hex(Y.mergeUpdates(question.merge.map(bytes)))
  if (question.diff) return hex(Y.diffUpdate(bytes(question.diff), bytes(question.vector)))
  if (question.positions) return question.positions.map(one => hex(position(bytes(one))))
  if (question.json) return question.json.map(reads)
  return question.ruin ? ruin(question) : states(question)
}

console.log = console.warn = () => {} // yjs says there when it changes a client id
for await (const line of createInterface({ input: process.stdin })) {
  let said
  try {
    said = { answer: answer(JSON.parse(line)) }
  } catch (error) {
    said = { threw: String(error.stack) }
  }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
