/**
 * People who write into one document, each with an editor over a draft of their own and a device that
 * keeps it, and the log that stores what they send, several rows at once, in any order.
 *
 * Nothing here has a time: whoever tests says what happens next.
 */
import type { Editor } from '@tiptap/core'
import * as Y from 'yjs'
import { Draft } from '../src/wire/draft'
import { termsOf } from '../src/wire/terms'
import { mounted } from './page'
import { Shelf } from './shelf'

type Row = { author: Connection; update: Uint8Array }
type Told =
  | { first: number; last: number; update: Uint8Array }
  | { durable: number }
  | { stateVector: Uint8Array }

/** More rounds than these say that people answer one another for ever. */
const ROUNDS = 50

const NOTHING = Y.encodeStateAsUpdate(new Y.Doc())

/** What is sent on one has its receipts on it. */
class Connection {
  durable = 0
}

const equal = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0

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
    const fresh = batch.filter(({ update }) => !this.rows.some((row) => equal(row.update, update)))
    const first = this.rows.length + 1
    this.rows.push(...fresh)
    const authors = new Set(fresh.map(({ author }) => author))
    const update = fresh.length > 0 ? Y.mergeUpdates(fresh.map((row) => row.update)) : NOTHING
    for (const row of batch) row.author.durable += 1
    for (const { connection, inbox } of this.people) {
      if (!connection) continue
      const told = authors.size === 1 && authors.has(connection) ? NOTHING : update
      if (fresh.length > 0) inbox.push({ first, last: this.rows.length, update: told })
      if (batch.some(({ author }) => author === connection)) {
        inbox.push({ durable: connection.durable })
      }
    }
  }

  /** What somebody lacks who comes back, and all that there is. */
  since(cursor: number): Told[] {
    const update = (rows: readonly Row[]) => Y.mergeUpdates(rows.map((row) => row.update))
    const rows = this.rows.slice(cursor)
    const stateVector = Y.encodeStateVectorFromUpdate(update(this.rows))
    if (rows.length === 0) return [{ stateVector }]
    return [{ first: cursor + 1, last: this.rows.length, update: update(rows) }, { stateVector }]
  }

  forget(author: Connection): void {
    const kept = this.#sent.filter((row) => row.author !== author)
    this.#sent.splice(0, this.#sent.length, ...kept)
  }
}

export class Person {
  draft: Draft
  editor: Editor
  connection: Connection | null = null
  inbox: Told[] = []
  /** The server has asked for what there is: it is sent from then on. */
  #asked = false

  constructor(
    readonly log: Log,
    readonly user: number,
    readonly client: () => number,
  ) {
    log.people.push(this)
    Shelf.clear(user)
    this.draft = this.#drafted()
    this.editor = null as unknown as Editor
  }

  async open(): Promise<this> {
    await this.draft.load()
    this.come()
    this.take()
    return this
  }

  #drafted(): Draft {
    let shown: Y.Doc | null = null
    const replaced = () => {
      const { doc, ready } = this.draft
      if (doc !== shown) doc.clientID = this.client()
      shown = doc
      if (!ready) return
      this.editor?.destroy()
      this.editor = mounted(doc)
    }
    const nothing = () => {}
    return new Draft({ user: this.user, document: 'd' }, termsOf('editor'), {
      changed: nothing,
      typed: nothing,
      applied: nothing,
      arriving: nothing,
      replaced,
    })
  }

  get doc(): Y.Doc {
    return this.draft.doc
  }

  send(): void {
    const { connection, draft } = this
    if (!connection || !this.#asked) return
    for (const entry of draft.outbox.waiting) {
      this.log.send({ author: connection, update: entry.update })
      draft.outbox.sent(entry)
    }
  }

  /** Takes in what has come, up to so many frames; it is shown later. */
  take(count = Infinity): void {
    for (const told of this.inbox.splice(0, count)) {
      if ('durable' in told) this.draft.receipt(told.durable)
      else if ('first' in told) this.draft.take(told.first, told.last, told.update)
      else this.#complete(told.stateVector)
    }
  }

  #complete(stateVector: Uint8Array): void {
    this.draft.complete(stateVector)
    this.#asked = true
    this.send()
  }

  show(): void {
    this.draft.apply()
  }

  /** The connection is gone; what was sent may have been stored, or not. */
  leave(isLost: boolean): void {
    if (isLost && this.connection) this.log.forget(this.connection)
    this.connection = null
    this.inbox = []
    this.#asked = false
  }

  come(): void {
    if (this.connection) return
    this.connection = new Connection()
    this.draft.outbox.connected()
    this.inbox = this.log.since(this.draft.replica.received)
  }

  /** A page that is opened again begins with what its device has kept. */
  async reload(isLost: boolean): Promise<void> {
    this.leave(isLost)
    this.stop()
    this.draft = this.#drafted()
    await this.draft.load()
  }

  stop(): void {
    this.editor.destroy()
    this.draft.stop()
  }

  get text(): string {
    return this.editor.getText({ blockSeparator: '/' })
  }
}

/** Everybody hears of everything, and of what others say to it. */
export function agree(log: Log): void {
  for (let quiet = 0, rounds = 0; quiet < 2; quiet++) {
    if (++rounds > ROUNDS) throw new Error('They never agree.')
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

/** A log of some paragraphs, and people who have it before them. */
export async function company(people: number, words: readonly string[]): Promise<Log> {
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
  log.rows.push({ author: new Connection(), update })
  let clients = 10
  for (let i = 0; i < people; i++) await new Person(log, i, () => ++clients).open()
  return log
}
