// Answers one line of JSON with another: the linked lists of yjs, from left to right.
//   {"rows": [hex, …]}                      the lists after all rows
//   {"crowd": seed, "clients": n, "rounds": n}  rows of clients that write at the same places
// A list is [parent, key, [[client, start, end], …]]; a parent a root's name or an id.
import { createInterface } from 'node:readline'
import { Y, bytes, hex } from './yjs.mjs'
import { randomness } from './clients/writing.mjs'

const pieces = first => {
  const found = []
  for (let item = first; item; item = item.right) {
    const { client, clock } = item.id
    const last = found.at(-1)
    if (last && last[0] === client && last[2] === clock) last[2] += item.length
    else found.push([client, clock, clock + item.length])
  }
  return found
}

const leftmost = item => {
  while (item.left) item = item.left
  return item
}

const lists = ({ rows }) => {
  const doc = new Y.Doc({ gc: false })
  rows.forEach(row => Y.applyUpdate(doc, bytes(row)))
  const found = []
  const look = (name, type) => {
    if (type._start) found.push([name, null, pieces(type._start)])
    for (const [key, item] of type._map) found.push([name, key, pieces(leftmost(item))])
  }
  doc.share.forEach((type, name) => look(name, type))
  for (const structs of doc.store.clients.values()) {
    for (const struct of structs) {
      if (struct.content instanceof Y.ContentType) look([struct.id.client, struct.id.clock], struct.content.type)
    }
  }
  return { lists: found, waiting: doc.store.pendingStructs !== null }
}

// Every client edits the same few places before it hears of the others.
const crowd = ({ crowd: seed, clients, rounds }) => {
  const random = randomness(seed)
  const below = n => Math.floor(random() * n)
  const rows = []
  const docs = Array.from({ length: clients }, (_, n) => {
    const doc = new Y.Doc({ gc: false })
    doc.clientID = n + clients * below(2 ** (random() < 0.5 ? 4 : 48))
    return doc
  })
  const places = text => [0, text.length, text.length >> 1, Math.min(1, text.length)]
  const edit = doc => {
    const text = doc.getText('text')
    const map = doc.getMap('map')
    for (let n = below(4); n >= 0; n--) {
      const at = places(text)[below(4)]
      const what = random()
      if (what < 0.7) text.insert(at, 'abc'.slice(0, 1 + below(3)))
      else if (what < 0.8) map.set('key', below(9))
      else if (at < text.length) text.delete(at, Math.min(text.length - at, 1 + below(2)))
    }
  }
  for (let round = 0; round < rounds; round++) {
    const outboxes = docs.map(doc => {
      const heard = Y.encodeStateVector(doc)
      edit(doc)
      return Y.encodeStateAsUpdate(doc, heard)
    })
    rows.push(...outboxes)
    for (const doc of docs) if (random() < 0.7 || round === rounds - 1) rows.forEach(row => Y.applyUpdate(doc, row))
  }
  return rows.map(hex)
}

console.log = console.warn = () => {} // yjs says there when it changes a client id
for await (const line of createInterface({ input: process.stdin })) {
  let said
  try {
    const question = JSON.parse(line)
    said = { answer: question.rows ? lists(question) : crowd(question) }
  } catch (error) {
    said = { threw: String(error.stack) }
  }
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
