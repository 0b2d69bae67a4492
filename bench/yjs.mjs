// What yjs takes for the same bytes: rows of a log on stdin, each with its length before it.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../frontend/package.json', import.meta.url))
const Y = require('yjs')

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const all = Buffer.concat(chunks)
const blob = at => all.subarray(at + 4, at + 4 + all.readUInt32BE(at))
const served = blob(0)
const rows = []
for (let at = 4 + served.length; at < all.length; at += 4 + all.readUInt32BE(at)) rows.push(blob(at))

const timed = work => {
  const began = performance.now()
  const result = work()
  return [(performance.now() - began) / 1000, result]
}
const tree = updates => {
  while (updates.length > 1) {
    const next = []
    for (let at = 0; at < updates.length; at += 100) next.push(Y.mergeUpdates(updates.slice(at, at + 100)))
    updates = next
  }
  return updates[0]
}

const [merge, merged] = timed(() => tree(rows))
const [replay, doc] = timed(() => {
  const doc = new Y.Doc({ gc: false })
  doc.getXmlFragment('default')
  doc.transact(() => { for (const row of rows) Y.applyUpdate(doc, row) })
  return doc
})
const [encode, own] = timed(() => Y.encodeStateAsUpdate(doc))
const median = work => [0, 0, 0, 0, 0].map(() => timed(work)[0]).sort((a, b) => a - b)[2]
const load = bytes => median(() => Y.applyUpdate(new Y.Doc({ gc: false }), bytes))
const half = doc => Y.createDocFromSnapshot(doc, Y.createSnapshot(Y.snapshot(doc).ds, new Map([...Y.snapshot(doc).sv].map(([client, clock]) => [client, clock >> 1]))))
const back = timed(() => half(doc))[0]
console.log(JSON.stringify({
  merge, replay, encode, bytes: own.length, merged: merged.length,
  load: load(own), load_served: load(served), back, served: served.length,
  memory: process.memoryUsage().rss
}))
