// Stock clients (yjs, y-websocket 3) in one process, driven by lines of JSON:
//   {"id": n, "client": name, "do": act, …}  is answered by  {"id": n, "answer" | "threw": …}
//   node stock.mjs [still]  lets their time pass only while they bide
import { pass } from './stillness.mjs'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { Y, clocks, roots, visible, waiting } from '../yjs.mjs'
import { edit, randomness } from './writing.mjs'

const require = createRequire(new URL('../../../frontend/package.json', import.meta.url))
const { WebSocket } = require('ws')
const { WebsocketProvider } = require('y-websocket')
console.warn = console.log = () => {}

class Stock {
  constructor ({ url, document, headers, clientID }) {
    this.heard = 0
    this.opened = 0
    this.code = null
    this.doc = new Y.Doc()
    if (clientID) this.doc.clientID = clientID
    roots(this.doc)
    const stock = this
    const Socket = class extends WebSocket {
      constructor (address, protocols) {
        super(address, protocols, { headers, maxPayload: 0 })
        stock.socket = this
        this.on('open', () => stock.opened++)
        this.on('message', () => { stock.heard++; setImmediate(look) })
      }
    }
    this.provider = new WebsocketProvider(url, document, this.doc, { WebSocketPolyfill: Socket, disableBc: true })
    this.waits = new Set()
    const look = () => { this.waits.forEach(wait => wait()) }
    this.doc.on('update', look)
    this.provider.awareness.on('update', look)
    for (const event of ['sync', 'status', 'closed']) this.provider.on(event, look)
    this.provider.on('closed', ({ code }) => { this.code = code; look() })
  }

  see = {
    text: () => this.text(),
    note: () => this.doc.getText('note').toString(),
    visible: () => visible(this.doc),
    clocks: () => clocks(this.doc),
    synced: () => this.provider.synced,
    opened: () => this.opened,
    waiting: () => waiting(this.doc),
    code: () => this.code,
    own: () => this.doc.clientID,
    renewals: () => this.provider.awareness.meta.get(this.doc.clientID)?.clock,
    people: () => [...this.provider.awareness.getStates()]
      .filter(([client]) => client !== this.doc.clientID)
      .map(([client, { user }]) => [client, user?.name])
      .sort(([a], [b]) => a - b),
  }

  text () {
    return this.doc.getXmlFragment('default').toArray()
      .map(block => block.toArray().map(text => text.toDelta?.().map(part => part.insert).join('') ?? '').join(''))
      .join('\n')
  }

  paragraph () {
    const block = this.doc.getXmlFragment('default').get(0)
    if (block.length === 0) block.insert(0, [new Y.XmlText()])
    return block.get(0)
  }

  look (wanted) {
    return Object.fromEntries(wanted.map(what => [what, this.see[what]()]))
  }

  // Answers when all of this is so at once.
  until (holds) {
    return this.when(() => Object.entries(holds).every(([what, value]) => isDeepStrictEqual(this.see[what](), value)))
  }

  // Answers when every clock has come so far.
  reach (wanted) {
    return this.when(() => {
      const reached = clocks(this.doc)
      return Object.entries(wanted).every(([client, clock]) => (reached[client] ?? 0) >= clock)
    })
  }

  when (holds) {
    return new Promise(resolve => {
      const wait = () => {
        if (holds()) {
          this.waits.delete(wait)
          resolve(true)
        }
      }
      this.waits.add(wait)
      wait()
    })
  }

  type (text) {
    this.doc.transact(() => { const into = this.paragraph(); into.insert(into.length, text) })
  }

  say (state) {
    for (const [key, value] of Object.entries(state)) this.provider.awareness.setLocalStateField(key, value)
  }

  async edit (seed, count) {
    const random = randomness(seed)
    for (let n = 0; n < count; n++) {
      edit(this.doc, random)
      await turn() // others' updates come in between
    }
    this.sign()
  }

  // Seconds of its own time; whenever it says that it is here, it hears something first.
  async bide (seconds) {
    for (let n = 0; n < seconds; n++) {
      const { heard } = this
      const said = this.see.renewals()
      pass(1000)
      if (this.see.renewals() > said) await this.when(() => this.heard > heard)
    }
  }

  // A last word: whoever has it has all that came before, deletions too.
  sign () { this.doc.getText('note').insert(0, '.') }

  // Real edits, so many in each transaction, as fast as they are taken.
  async replay (file, batch) {
    const edits = trace(file)
    const started = performance.now()
    const into = this.paragraph()
    for (let n = 0; n < edits.length; n += batch) {
      this.doc.transact(() => {
        for (const [at, deleted, inserted] of edits.slice(n, n + batch)) {
          if (deleted) into.delete(at, deleted)
          if (inserted) into.insert(at, inserted)
        }
      })
      while (this.socket.bufferedAmount > 1e6) await turn()
      await turn()
    }
    return Math.round(performance.now() - started)
  }

  // The network is gone: the server hears no goodbye.
  cut () { this.socket.terminate() }

  // The client comes back while the server still believes in the old socket.
  forsake () {
    const old = this.socket
    old.close = () => {}
    this.forsaken = old
    old.onclose({ code: 1006 })
  }

  bury () { this.forsaken.terminate() }
  offline () { this.provider.disconnect() }
  online () { this.provider.connect() }
  leave () { this.provider.destroy() }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

const trace = file => JSON.parse(gunzipSync(readFileSync(file))).edits

const clients = new Map()
const act = ({ client, do: what, given = [] }) => {
  if (what === 'open') {
    clients.set(client, new Stock(given[0]))
    return true
  }
  return clients.get(client)[what](...given)
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, ...asked } = JSON.parse(line)
  new Promise(resolve => resolve(act(asked))).then(
    answer => process.stdout.write(`${JSON.stringify({ id, answer })}\n`),
    error => process.stdout.write(`${JSON.stringify({ id, threw: String(error.stack) })}\n`),
  )
}
process.exit()
