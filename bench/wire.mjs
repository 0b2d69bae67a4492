// The y-websocket protocol (and Hocuspocus', which puts the document's name before each message), as far as a load
// needs it; and updates of single letters, written and read without a Yjs document.
import { createRequire } from 'node:module'

const require = createRequire(new URL('../frontend/package.json', import.meta.url))
const { WebSocket } = require('ws')
const encoding = require('lib0/encoding')
const decoding = require('lib0/decoding')

const SYNC = 0
const AUTH = 2
const [STEP_1, STEP_2, UPDATE] = [0, 1, 2]
const STRING = 4
const [HAS_ORIGIN, HAS_RIGHT_ORIGIN, HAS_SUB] = [0x80, 0x40, 0x20]
const NOTHING = Uint8Array.of(0, 0)

const written = (...parts) => encoding.encode(encoder => {
  for (const part of parts) {
    if (typeof part === 'number') encoding.writeVarUint(encoder, part)
    else if (typeof part === 'string') encoding.writeVarString(encoder, part)
    else encoding.writeVarUint8Array(encoder, part)
  }
})

/** The update with which a client types its letter number `clock`, after its last one, in a text of the root. */
export function letter (client, clock) {
  return encoding.encode(encoder => {
    for (const number of [1, 1, client, clock]) encoding.writeVarUint(encoder, number)
    if (clock === 0) {
      encoding.writeUint8(encoder, STRING)
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarString(encoder, 't')
    } else {
      encoding.writeUint8(encoder, STRING | HAS_ORIGIN)
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock - 1)
    }
    encoding.writeVarString(encoder, 'x')
    encoding.writeVarUint(encoder, 0)
  })
}

/** Tell each run of letters of an update as (client, clock, length); throws on any other content. */
export function letters (update, told) {
  const decoder = decoding.createDecoder(update)
  const number = () => decoding.readVarUint(decoder)
  for (let clients = number(); clients > 0; clients--) {
    let structs = number()
    const client = number()
    for (let clock = number(); structs > 0; structs--) {
      const info = decoding.readUint8(decoder)
      if ((info & 31) !== STRING) throw new Error(`an update of more than letters: ${info & 31}`)
      if (info & HAS_ORIGIN) { number(); number() }
      if (info & HAS_RIGHT_ORIGIN) { number(); number() }
      if (!(info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN))) {
        if (number() === 1) decoding.readVarString(decoder)
        else { number(); number() }
        if (info & HAS_SUB) decoding.readVarString(decoder)
      }
      const length = decoding.readVarString(decoder).length
      told(client, clock, length)
      clock += length
    }
  }
}

/** One socket on one document. `synced` resolves with the first update that the server gives. */
export class Connection {
  constructor ({ url, document, protocol, headers }) {
    this.onupdate = () => {}
    this.onclose = () => {}
    const named = protocol === 'hocuspocus'
    this.prefix = named ? [document] : []
    this.socket = new WebSocket(named ? url + '/' : `${url}/${document}`, {
      headers, perMessageDeflate: false, maxPayload: 0, skipUTF8Validation: true,
    })
    this.socket.on('open', () => {
      if (named) this.send(AUTH, 0, '', '4.7.0')
      this.send(SYNC, STEP_1, Uint8Array.of(0))
    })
    this.came = 0 // when bytes came last: a frame may have waited while another was handled
    this.socket.on('upgrade', ({ socket }) => socket.prependListener('data', () => { this.came = performance.now() }))
    this.synced = new Promise((resolve, reject) => {
      this.socket.on('message', message => this.read(message, resolve))
      this.socket.on('error', reject)
      this.socket.on('close', code => { reject(new Error(`closed: ${code}`)); this.onclose(code) })
    })
    this.synced.catch(() => {})
  }

  read (message, resolve) {
    const decoder = decoding.createDecoder(message)
    if (this.prefix.length) decoding.readVarString(decoder)
    const kind = decoding.readVarUint(decoder)
    if (kind !== SYNC && kind !== 4) return // Hocuspocus has a kind of its own for replies
    const step = decoding.readVarUint(decoder)
    const payload = decoding.readVarUint8Array(decoder)
    if (step === STEP_1) return this.send(SYNC, STEP_2, NOTHING)
    this.onupdate(payload)
    if (step === STEP_2) resolve(payload)
  }

  update (update) { this.send(SYNC, UPDATE, update) }
  send (...parts) { this.socket.send(written(...this.prefix, ...parts)) }
  leave () { this.socket.terminate() }
}
