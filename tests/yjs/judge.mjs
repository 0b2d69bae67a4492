// Answers one line of JSON with another: what yjs makes of updates.
//   {"rows": [hex, …], "gc": bool, "at": [n, …]}  the states after the first n rows
//   {"merge": [hex, …]}                           yjs' own merge, as hex
//   {"diff": hex, "vector": hex}                  yjs' own difference, as hex
import { createInterface } from 'node:readline'
import { Y, bytes, clocks, deleted, hex, roots, visible, waiting } from './yjs.mjs'

const states = ({ rows, gc, at }) => {
  const doc = new Y.Doc({ gc })
  roots(doc)
  const found = []
  const look = n => {
    if (at.includes(n)) {
      found.push({ visible: visible(doc), deleted: gc ? {} : deleted(doc), clocks: clocks(doc), waiting: waiting(doc) })
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

const answer = question => {
  if (question.merge) return hex(Y.mergeUpdates(question.merge.map(bytes)))
  if (question.diff) return hex(Y.diffUpdate(bytes(question.diff), bytes(question.vector)))
  return states(question)
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
