/** A server in memory that speaks docs/protocol.md for one document, with faults on demand. */
import * as Y from 'yjs'
import { decode, encode, type Frame, type Role } from '../src/wire/frames'

type Row = { update: Uint8Array; author: FakeSocket }
type Waiting = { socket: FakeSocket; update: Uint8Array; frame: number }

const EMPTY = Y.encodeStateAsUpdate(new Y.Doc())

export class FakeServer {
  /** What the server holds, from the document's first row on. */
  log: Uint8Array[] = []
  epoch = 1
  role: Role = 'editor'
  limit = 512_000
  reply = 8_388_608
  readonly sockets = new Set<FakeSocket>()
  /** Every frame that browsers sent, of all connections. */
  readonly heard: Frame[] = []
  /** Frames for which this is true never arrive at the browser. */
  lose: (frame: Frame) => boolean = () => false
  /** While this is false nothing is committed, as when Postgres is away. */
  commits = true
  /** Answers with a refusal for an update. */
  refuses: (update: Uint8Array, socket: FakeSocket) => 'refused' | number | null = () => null
  reachable = true
  #doc = new Y.Doc()
  readonly #waiting: Waiting[] = []

  constructor() {
    const doc = new Y.Doc()
    doc.getXmlFragment('default').push([paragraph('Welcome.')])
    this.#append({ update: Y.encodeStateAsUpdate(doc), author: new FakeSocket('', [], this) })
  }

  get text(): string {
    return textOf(this.#doc)
  }

  get changes(): Frame[] {
    return this.heard.filter(({ type }) => type === 'Change' || type === 'Step2')
  }

  /** Somebody else, with another Yjs library, edits. */
  edit(change: (doc: Y.Doc) => void): void {
    const other = new Y.Doc()
    Y.applyUpdate(other, Y.encodeStateAsUpdate(this.#doc))
    const before = Y.encodeStateVector(other)
    change(other)
    this.#append({
      update: Y.encodeStateAsUpdate(other, before),
      author: new FakeSocket('', [], this),
    })
  }

  /** The log is another now: the first `rows` rows, in a new epoch. */
  rewind(rows: number): void {
    this.epoch += 1
    this.forget(rows)
  }

  /** Only the first `rows` rows are left, and nobody knows it yet. */
  forget(rows: number): void {
    this.log = this.log.slice(0, rows)
    this.#doc = new Y.Doc()
    for (const update of this.log) Y.applyUpdate(this.#doc, update)
  }

  commitAll(): void {
    this.commits = true
    for (const waiting of this.#waiting.splice(0)) this.#commit(waiting)
  }

  cut(): void {
    for (const socket of [...this.sockets]) socket.lost(1006)
  }

  send(socket: FakeSocket, frame: Frame): void {
    if (!this.lose(frame)) socket.deliver(encode(frame))
  }

  tellAll(frame: Frame): void {
    for (const socket of this.sockets) this.send(socket, frame)
  }

  receive(socket: FakeSocket, bytes: Uint8Array): void {
    const frame = decode(bytes)
    this.heard.push(frame)
    if (frame.type === 'Resume') this.#resume(socket, frame.epoch, frame.cursor)
    if (frame.type !== 'Change' && frame.type !== 'Step2') return
    if (this.role === 'reader') return
    if (frame.update.length > (frame.type === 'Step2' ? this.reply : this.limit)) {
      return socket.lost(4413)
    }
    socket.frames += 1
    const waiting = { socket, update: frame.update, frame: socket.frames }
    if (this.commits) this.#commit(waiting)
    else this.#waiting.push(waiting)
  }

  #resume(socket: FakeSocket, epoch: number, cursor: number): void {
    const { role, limit, log } = this
    const head = log.length
    if (!socket.welcomed) {
      const user = { id: 7, name: 'Ada', hue: 3 }
      const limits = { update: limit, reply: this.reply, awareness: 4096 }
      const json = { document: 'd', epoch: this.epoch, head, role, user, limits }
      this.send(socket, { type: 'Welcome', json })
    }
    const first = epoch === this.epoch && cursor <= head ? cursor + 1 : 1
    if (first <= head) {
      const update = Y.mergeUpdates(log.slice(first - 1))
      this.send(socket, { type: 'Stretch', first, last: head, update })
    }
    const stateVector = Y.encodeStateVector(this.#doc)
    this.send(socket, { type: 'Head', seq: head, stateVector })
    if (!socket.welcomed && role !== 'reader') this.send(socket, { type: 'Step1', stateVector })
    socket.welcomed = true
  }

  #commit({ socket, update, frame }: Waiting): void {
    const refusal = this.refuses(update, socket)
    if (refusal === 'refused') {
      this.send(socket, { type: 'Notice', kind: 'refused', json: { frame, reason: 'too deep' } })
    } else if (refusal !== null) {
      this.send(socket, { type: 'Notice', kind: 'client-taken', json: { client: refusal, frame } })
    } else if (this.#lacks(update)) {
      this.send(socket, { type: 'Step1', stateVector: Y.encodeStateVector(this.#doc) })
      return
    } else if (this.#adds(update)) this.#append({ update: this.#new(update), author: socket })
    this.send(socket, { type: 'Receipt', durable: frame, head: this.log.length })
  }

  #lacks(update: Uint8Array): boolean {
    const own = Y.decodeStateVector(Y.encodeStateVector(this.#doc))
    return [...Y.parseUpdateMeta(update).from].some(([id, clock]) => clock > (own.get(id) ?? 0))
  }

  #adds(update: Uint8Array): boolean {
    const copy = new Y.Doc()
    const before = Y.encodeStateAsUpdate(this.#doc)
    Y.applyUpdate(copy, before)
    Y.applyUpdate(copy, update)
    return String(Y.encodeStateAsUpdate(copy)) !== String(before)
  }

  #new(update: Uint8Array): Uint8Array {
    return Y.diffUpdate(update, Y.encodeStateVector(this.#doc))
  }

  #append({ update, author }: Row): void {
    this.log.push(update)
    Y.applyUpdate(this.#doc, update)
    const seq = this.log.length
    for (const socket of this.sockets) {
      const own = socket === author ? EMPTY : update
      this.send(socket, { type: 'Stretch', first: seq, last: seq, update: own })
    }
  }
}

/** The browser's end of a connection to a FakeServer; stands in for WebSocket. */
export class FakeSocket {
  static readonly OPEN = 1
  readyState = 0
  binaryType = ''
  frames = 0
  welcomed = false
  onopen: (() => void) | null = null
  onmessage: ((message: { data: unknown }) => void) | null = null
  onclose: ((close: { code: number }) => void) | null = null

  constructor(
    readonly url: string,
    readonly protocols: string[],
    readonly server: FakeServer,
  ) {
    if (url === '') return
    queueMicrotask(() => {
      if (!server.reachable) return this.lost(1006)
      this.readyState = 1
      server.sockets.add(this)
      this.onopen?.()
    })
  }

  send(bytes: Uint8Array): void {
    if (this.readyState === 1) queueMicrotask(() => this.server.receive(this, bytes))
  }

  deliver(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.readyState === 1) this.onmessage?.({ data: bytes.slice().buffer })
  }

  lost(code: number): void {
    this.readyState = 3
    this.server.sockets.delete(this)
    this.onclose?.({ code })
  }

  close(): void {
    this.readyState = 3
    this.server.sockets.delete(this)
  }
}

export function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph')
  element.insert(0, [new Y.XmlText(text)])
  return element
}

/** The paragraphs' text, one a line. */
export function textOf(doc: Y.Doc): string {
  const lines = doc.getXmlFragment('default').toArray()
  return lines.map((line) => (line as Y.XmlElement).toArray().join('')).join('\n')
}

export const append = (doc: Y.Doc, text: string): void =>
  doc.getXmlFragment('default').push([paragraph(text)])
