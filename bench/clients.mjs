// Clients told what to do by lines of JSON, one answer a line: those with a Yjs document, who read and write a text,
// and crowds of bare sockets. Knows nothing of what the server is.
//   node clients.mjs TRACE    TRACE is the gzipped JSON of B4: {edits: [[at, deleted, inserted]…], end}
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { Connection } from './wire.mjs'

// As browsers load it: the other build, for `require`, takes twice as long for everything.
const Y = await import(new URL('../frontend/node_modules/yjs/dist/yjs.mjs', import.meta.url))

const trace = JSON.parse(gunzipSync(readFileSync(process.argv[2])))
const LETTERS = 50_000
const AT_ONCE = 8
const CLIENT = 12345 // the kit's own, and short: it is in every origin
const clients = new Map()
const crowd = []

/** The rich text's words, or where there are none those of the plain text. */
function words (doc) {
  const paragraphs = doc.getXmlFragment('default').toArray().map(element => element.toArray().join(''))
  return paragraphs.join('\n') || doc.getText('t').toString()
}

class Client {
  constructor (given) {
    this.doc = new Y.Doc()
    this.doc.getXmlFragment('default')
    this.text = this.doc.getText('t')
    this.began = performance.now()
    this.bytes = 0
    this.arrived = 0
    this.applying = 0
    this.waits = new Set()
    this.connection = new Connection(given)
    this.connection.onupdate = update => this.hear(update)
  }

  /** Send what is typed from now on: who only reads has nobody to encode for. */
  write () {
    this.doc.on('update', (update, origin) => { if (origin === 'own') this.connection.update(update) })
  }

  hear (update) {
    const began = performance.now()
    Y.applyUpdate(this.doc, update)
    this.applying += performance.now() - began
    this.bytes += update.length
    for (const wait of this.waits) wait()
  }

  /** Wait until there is so much text; give the milliseconds since it began to connect, null when it never came. */
  async holds (length, patience) {
    const enough = () => (this.text.length || words(this.doc).length) >= length
    let timer
    const held = new Promise(resolve => {
      const look = () => {
        if (!enough()) return
        this.arrived ||= this.connection.came - this.began
        resolve(performance.now() - this.began)
      }
      timer = setTimeout(resolve, patience, null)
      this.waits.add(look)
      look()
    })
    const took = await held
    clearTimeout(timer)
    return took
  }
}

const acts = {
  /** Open a document; tell how long it took, and how much came. */
  async open ({ name, ...given }) {
    const client = new Client(given)
    clients.set(name, client)
    await client.connection.synced
    return { milliseconds: performance.now() - client.began, bytes: client.bytes }
  },
  /**
   * Open a document and tell how long it took until all of it had come and until its text was B4's, and whether it is.
   * A browser does so in a page of its own. Here what an earlier reading left would be collected during each second
   * one, for 7 to 10 ms, and by the number of readings always at the cost of the same server.
   */
  async read ({ patience = 60_000, ...given }) {
    globalThis.gc({ type: 'minor' })
    const client = new Client(given)
    const milliseconds = await client.holds(trace.end.length, patience)
    const right = words(client.doc) === trace.end
    client.connection.leave()
    return { milliseconds, right, bytes: client.bytes, arrived: client.arrived, applying: client.applying }
  },
  /** Bring all of B4 as one update, and stay. */
  async bring ({ name, ...given }) {
    const client = new Client(given)
    clients.set(name, client)
    await client.connection.synced
    client.connection.update(written(trace.end.length))
    return true
  },
  async type ({ name, letters, pause }) {
    const { doc, text } = clients.get(name)
    clients.get(name).write()
    for (let at = 0; at < letters; at++) {
      doc.transact(() => text.insert(at, 'x'), 'own')
      await sleep(pause)
    }
    return true
  },
  async holds ({ name, letters, patience }) { return await clients.get(name).holds(letters, patience) !== null },
  async pause ({ milliseconds }) { await sleep(milliseconds); return true },
  length ({ name }) { return clients.get(name).text.length },
  leave ({ name }) { clients.get(name).connection.leave(); return clients.delete(name) },
  /** Open bare sockets, so many a document; each may bring B4's first 50,000 letters as one update. */
  async gather ({ documents, sockets, bring, ...given }) {
    const names = documents.flatMap(document => Array(sockets).fill(document))
    const open = async () => {
      for (let document = names.pop(); document !== undefined; document = names.pop()) {
        const connection = new Connection({ ...given, document })
        await connection.synced
        if (bring) connection.update(written(LETTERS))
        crowd.push(connection)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, open))
    return crowd.filter(one => one.socket.readyState === 1).length
  },
  scatter () { crowd.splice(0).forEach(one => one.leave()); return true },
}

const kept = new Map()
/** The update that holds B4 as it was when it first had so many letters, or at its end. */
function written (letters) {
  if (!kept.has(letters)) {
    const doc = new Y.Doc()
    doc.clientID = CLIENT
    const text = doc.getText('t')
    for (const [at, deleted, inserted] of trace.edits) {
      doc.transact(() => { text.delete(at, deleted); text.insert(at, inserted) })
      if (text.length >= letters && letters < trace.end.length) break
    }
    kept.set(letters, Y.encodeStateAsUpdate(doc))
  }
  return kept.get(letters)
}

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...given } = JSON.parse(line)
  let told
  try { told = { answer: await acts[act](given) } } catch (error) { told = { threw: String(error) } }
  process.stdout.write(JSON.stringify(told) + '\n')
}
process.exit(0)
