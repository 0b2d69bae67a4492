/** People who edit one document over a log that stores in any order and tells of it as the server does. */
import type { Editor } from '@tiptap/core'
import * as Y from 'yjs'
import { Replica } from '../src/wire/replica'
import { mounted } from './page'

type Row = { author: Connection; update: Uint8Array }
type Told = { first: number; last: number; update: Uint8Array } | { receipt: Uint8Array[] }

const NOTHING = Y.encodeStateAsUpdate(new Y.Doc())

/** What is sent on one has its receipts on it. */
export class Connection {}

/** Stores what is sent, several rows at once, and tells of them as the server does. */
export class Log {
  readonly rows: Row[] = []
  readonly people: Person[] = []
  readonly #sent: Row[] = []

  send(row: Row): void {
    this.#sent.push(row)
  }

  get waiting(): number {
    return this.#sent.length
  }

  /** One batch: of those who are here its sole author gets no text back, and authors a receipt. */
  commit(count: number): void {
    const batch = this.#sent.splice(0, count)
    const fresh = batch.filter(({ update }) => this.rows.every((row) => row.update !== update))
    const first = this.rows.length + 1
    this.rows.push(...fresh)
    const authors = new Set(fresh.map(({ author }) => author))
    const update = fresh.length > 0 ? Y.mergeUpdates(fresh.map((row) => row.update)) : NOTHING
    for (const one of this.people.filter(({ here }) => here)) {
      const { connection } = one
      const told = authors.size === 1 && authors.has(connection) ? NOTHING : update
      if (fresh.length > 0) one.inbox.push({ first, last: this.rows.length, update: told })
      const own = batch.filter(({ author }) => author === connection)
      if (own.length > 0) one.inbox.push({ receipt: own.map((row) => row.update) })
    }
  }

  /** What somebody lacks who comes back. */
  since(cursor: number): Told[] {
    const rows = this.rows.slice(cursor)
    if (rows.length === 0) return []
    const update = Y.mergeUpdates(rows.map((row) => row.update))
    return [{ first: cursor + 1, last: this.rows.length, update }]
  }

  forget(author: Connection): void {
    const kept = this.#sent.filter((row) => row.author !== author)
    this.#sent.splice(0, this.#sent.length, ...kept)
  }
}

export class Person {
  replica = new Replica()
  editor: Editor
  connection = new Connection()
  here = true
  inbox: Told[] = []
  /** What has no receipt; the first `sent` of it are on their way. */
  outbox: Uint8Array[] = []
  sent = 0
  /** What is durable, and kept with what came before it as soon as that is shown. */
  unkept: Uint8Array[] = []
  /** What a page that is opened again begins with. */
  kept: Uint8Array[] = []

  constructor(
    readonly log: Log,
    first: Uint8Array,
    readonly client: () => number,
  ) {
    log.people.push(this)
    this.replica.take(1, 1, first)
    this.show()
    this.editor = this.#open()
  }

  #open(): Editor {
    const { doc } = this.replica
    doc.clientID = this.client()
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this && doc === this.replica.doc) this.outbox.push(update)
    })
    return mounted(doc)
  }

  send(): void {
    if (!this.here) return
    for (const update of this.outbox.slice(this.sent))
      this.log.send({ author: this.connection, update })
    this.sent = this.outbox.length
  }

  /** Takes in what has come, up to so many frames; it is shown later. */
  take(count = Infinity): void {
    for (const told of this.inbox.splice(0, count)) {
      if ('receipt' in told) {
        const own = new Set(told.receipt)
        this.replica.settle(this.outbox.filter((update) => own.has(update)))
        const before = this.outbox.length
        this.outbox = this.outbox.filter((update) => !own.has(update))
        this.sent -= before - this.outbox.length
        this.unkept.push(...own)
        this.#keep()
      } else this.replica.take(told.first, told.last, told.update)
    }
  }

  show(): void {
    this.kept.push(...this.replica.apply(this, () => {}, this.outbox))
    this.#keep()
  }

  #keep(): void {
    if (this.replica.current) this.kept.push(...this.unkept.splice(0))
  }

  /** The connection is gone; what was sent may have been stored, or not. */
  leave(isLost: boolean): void {
    if (isLost) this.log.forget(this.connection)
    this.here = false
    this.inbox = []
    this.sent = 0
  }

  come(): void {
    if (this.here) return
    this.here = true
    this.connection = new Connection()
    this.inbox = this.log.since(this.replica.received)
  }

  /** A page that is opened again begins with what it had kept. */
  reload(isLost: boolean): void {
    this.leave(isLost)
    this.editor.destroy()
    const { cursor } = this.replica
    this.replica = new Replica()
    this.replica.recall(this.kept)
    this.outbox = [...this.unkept.splice(0), ...this.outbox]
    this.replica.replace(this.outbox)
    this.replica.cursor = this.replica.received = cursor
    this.editor = this.#open()
  }

  get text(): string {
    return this.editor.getText({ blockSeparator: '/' })
  }
}

/** Everybody hears of everything, and of what others say to it. */
export function agree(log: Log): void {
  for (let quiet = 0; quiet < 2; quiet++) {
    for (const one of log.people) {
      one.come()
      one.take()
      one.show()
      one.send()
      if (log.waiting > 0) quiet = 0
      log.commit(log.waiting)
    }
  }
}

export function open(people: number, words: readonly string[]): Log {
  const log = new Log()
  const first = new Y.Doc()
  const paragraphs = words.map((word) => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(word)])
    return paragraph
  })
  first.clientID = 9
  first.getXmlFragment('default').insert(0, paragraphs)
  const update = Y.encodeStateAsUpdate(first)
  let clients = 10
  for (let i = 0; i < people; i++) new Person(log, update, () => ++clients)
  log.rows.push({ author: new Connection(), update })
  return log
}
