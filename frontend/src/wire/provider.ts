/**
 * Keeps one document in step with the server: docs/protocol.md from the browser's side.
 *
 * The order of things lives here; bytes, sockets, storage and documents live in the modules beside it.
 * Knows nothing of the editor: whoever shows `doc` is told when it is replaced.
 */
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Connection, type ConnectionState } from './connection'
import { Copy, type Mark } from './copy'
import type { Frame, Limits, NoticeBody, Role, RosterEntry, WelcomeBody } from './frames'
import { Outbox } from './outbox'
import { Replica, type Shared } from './replica'
import { inPieces, withOtherClient, withoutContent } from './rewrite'
import { afterFrame } from './schedule'
import { Tab } from './tabs'

export type Trouble =
  | { kind: 'refused'; reason: string }
  | { kind: 'too-large' }
  | { kind: 'trashed' }

export type ProviderState = {
  connection: ConnectionState
  /** The server answered at least once since the page was opened. */
  welcomed: boolean
  /** There is a text to show: a local copy, or the server's. */
  ready: boolean
  role: Role | null
  unsent: number
  kept: boolean
  saved: boolean
  trouble: Trouble | null
}

export type ProviderEvents = {
  changed: (state: ProviderState) => void
  /** `doc` and `awareness` are new objects. */
  replaced: () => void
  roster: (people: RosterEntry[]) => void
  /** Rows have come and are about to be shown; the types that they changed, in a document of their own. */
  arriving: (base: Y.Doc, types: Set<Shared>) => void
}

export type ProviderOptions = {
  document: string
  user: number
  url: string
  role: Role | null
  events: ProviderEvents
}

const LIMITS: Limits = { update: 512_000, reply: 8_388_608, awareness: 4096 }
const GAP_PATIENCE = 3_000
const LONGEST_HOLD = 8_000
const COMPACT_ABOVE = 200

export class Provider {
  awareness: Awareness
  readonly #options: ProviderOptions
  readonly #connection: Connection
  readonly #replica = new Replica()
  readonly #tab: Tab
  #outbox: Outbox
  #copy: Copy | null = null
  #limits = LIMITS
  #role: Role | null
  #welcomed = false
  #ready = false
  #trouble: Trouble | null = null
  /** The server asked for what we have (Step1): from then on each edit is sent at once. */
  #asked = false
  #head = 0
  /** The last Head's state vector. */
  #proof: Uint8Array | null = null
  #proven = false
  #healed = false
  /** The client id of ours that turned out to be somebody else's, and updates that were refused. */
  #taken: number | null = null
  #refused = new Set<Uint8Array>()
  #applying = false
  #hold: ReturnType<typeof setTimeout> | undefined
  #gap: ReturnType<typeof setTimeout> | undefined
  #carets = false

  constructor(options: ProviderOptions) {
    this.#options = options
    this.#role = options.role
    this.#tab = new Tab(options.document)
    this.#outbox = new Outbox(this.#tab.id, null, this.#changed)
    this.#connection = new Connection(options.url, {
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      changed: (state) => this.#moved(state),
    })
    this.awareness = this.#watch()
  }

  get doc(): Y.Doc {
    return this.#replica.doc
  }

  get state(): ProviderState {
    return {
      connection: this.#connection.state,
      welcomed: this.#welcomed,
      ready: this.#ready,
      role: this.#role,
      unsent: this.#outbox.size,
      kept: this.#outbox.kept,
      saved: this.#saved,
      trouble: this.#trouble,
    }
  }

  /** Shows what this browser has kept, then connects. */
  async start(): Promise<void> {
    await this.#tab.enter()
    try {
      this.#copy = await Copy.of(this.#options.user, this.#options.document)
      this.#outbox = new Outbox(this.#tab.id, this.#copy, this.#changed)
      await this.#load(this.#copy)
    } catch (error) {
      // No storage (private windows, a full disk): the page works, but keeps nothing for later.
      if (!(error instanceof DOMException)) throw error
      this.#outbox.kept = false
    }
    this.#connection.start()
  }

  stop(): void {
    this.#connection.stop()
    clearTimeout(this.#hold)
    clearTimeout(this.#gap)
    this.awareness.destroy()
    this.#tab.leave()
    this.#copy?.close()
  }

  /** Holds remote rows back while a word is being composed (at most some seconds), or lets them in. */
  hold(composing: boolean): void {
    clearTimeout(this.#hold)
    this.#hold = undefined
    if (composing) this.#hold = setTimeout(() => this.hold(false), LONGEST_HOLD)
    else this.#apply()
  }

  /** The person did something. */
  active(): void {
    this.#connection.send({ type: 'Activity' })
  }

  /** The person has read what went wrong. */
  forgive(): void {
    this.#trouble = null
    this.#changed()
  }

  get #writes(): boolean {
    return this.#role === 'owner' || this.#role === 'editor'
  }

  get #mark(): Mark {
    const { epoch, cursor } = this.#replica
    return { epoch, cursor, role: this.#role ?? 'reader' }
  }

  get #saved(): boolean {
    const { cursor, current } = this.#replica
    const settled = this.#outbox.size === 0 && this.#refused.size === 0 && this.#taken === null
    return settled && this.#proven && current && cursor >= this.#head
  }

  readonly #changed = (): void => this.#options.events.changed(this.state)

  // What this browser has kept

  async #load(copy: Copy): Promise<void> {
    const { mark, pool, outbox } = await copy.read()
    await this.#tab.orphans(outbox, async (entries) => {
      await this.#outbox.adopt(copy, entries)
    })
    if (!mark && this.#outbox.size === 0) return
    this.#replica.settle(pool.map(({ update }) => update))
    this.#replace(this.#outbox.entries.map(({ update }) => update))
    if (!mark) return
    this.#replica.epoch = mark.epoch
    this.#replica.cursor = this.#replica.received = mark.cursor
    this.#role ??= mark.role
    this.#ready = true
    this.#options.events.replaced()
    if (pool.length > COMPACT_ABOVE) {
      const ids = pool.map(({ id }) => id)
      await copy.compact(ids, Y.encodeStateAsUpdate(this.#replica.base))
    }
    this.#changed()
  }

  /** What closed tabs left since: sent as if it were typed here. */
  async #adopt(copy: Copy): Promise<void> {
    const { outbox } = await copy.read()
    await this.#tab.orphans(outbox, async (entries) => {
      const adopted = await this.#outbox.adopt(copy, entries)
      for (const { update } of adopted) Y.applyUpdate(this.doc, update, this)
    })
    this.#flush()
  }

  // The document

  #watch(): Awareness {
    this.doc.on('update', this.#edited)
    const awareness = new Awareness(this.doc)
    awareness.setLocalState({})
    awareness.on('update', (_change: unknown, origin: unknown) => {
      if (origin !== this) this.#speak()
    })
    return awareness
  }

  #replace(updates: readonly Uint8Array[]): void {
    this.#replica.replace(updates)
    this.#rebind()
  }

  #rebind(): void {
    this.awareness.doc.off('update', this.#edited)
    this.awareness.destroy()
    this.awareness = this.#watch()
    if (this.#ready) this.#options.events.replaced()
  }

  /** A write to the local copy that the page does not wait for. */
  #store(write: Promise<void> | undefined): void {
    write?.catch(() => {
      this.#outbox.kept = false
      this.#changed()
    })
  }

  readonly #edited = (update: Uint8Array, origin: unknown): void => {
    if (origin === this || !this.#writes) return
    for (const piece of inPieces(update, this.#limits.update)) this.#outbox.add(piece)
    this.#flush()
    this.#changed()
  }

  /** Sends what this connection has not been told. */
  #flush(): void {
    if (!this.#asked) return
    for (const entry of this.#outbox.waiting) {
      if (!this.#connection.send({ type: 'Change', update: entry.update })) return
      this.#outbox.sent(entry)
    }
  }

  /** Shows what has come; while a word is being composed only when `now` is said. */
  #apply(now = false): void {
    if (this.#hold !== undefined && !now) return
    const first = this.#replica.cursor + 1
    const updates = this.#replica.apply(this, (types) =>
      this.#options.events.arriving(this.#replica.base, types),
    )
    if (updates.length > 0) this.#store(this.#copy?.extend(first, updates, this.#mark))
    this.#prove()
    this.#changed()
  }

  #applySoon(): void {
    if (this.#applying) return
    this.#applying = true
    afterFrame(() => {
      this.#applying = false
      this.#apply()
    })
  }

  // The connection

  #moved(state: ConnectionState): void {
    if (state.at !== 'open') {
      this.#asked = this.#proven = false
      this.#proof = null
      clearTimeout(this.#gap)
      this.#gap = undefined
      this.#forgetOthers()
    }
    if (state.at === 'stopped' && (state.code === 4403 || state.code === 4404)) {
      this.#store(this.#copy?.discard())
    }
    this.#changed()
  }

  #opened(): void {
    this.#outbox.connected()
    this.#healed = false
    this.#resume()
  }

  #resume(): void {
    const { epoch, received } = this.#replica
    this.#connection.send({ type: 'Resume', epoch, cursor: received })
  }

  #received(frame: Frame): void {
    switch (frame.type) {
      case 'Welcome':
        return this.#welcome(frame.json)
      case 'Stretch':
        return this.#stretch(frame.first, frame.last, frame.update)
      case 'Head':
        return this.#headed(frame.seq, frame.stateVector)
      case 'Receipt':
        return this.#receipt(frame.durable, frame.head)
      case 'Step1':
        return this.#answer(frame.stateVector)
      case 'Awareness':
        return applyAwarenessUpdate(this.awareness, frame.awareness, this)
      case 'QueryAwareness':
        return this.#speak()
      case 'Roster':
        return this.#options.events.roster(frame.json)
      case 'Notice':
        return this.#noticed(frame)
      default:
        // Step2 and Change come to stock clients only; the rest is ours to send.
        return
    }
  }

  #welcome({ epoch, head, role, limits }: WelcomeBody): void {
    const { cursor } = this.#replica
    if (epoch !== this.#replica.epoch || head < cursor) this.#replica.restart(epoch)
    this.#limits = limits
    this.#head = head
    this.#welcomed = true
    this.#become(role)
    this.#connection.settled()
    this.#speak()
    this.#changed()
  }

  #become(role: Role): void {
    this.#role = role
    if (!this.#writes) this.#asked = false
    this.#store(this.#copy?.mark(role))
  }

  #stretch(first: number, last: number, update: Uint8Array): void {
    const arrival = this.#replica.take(first, last, update)
    this.#head = Math.max(this.#head, last)
    if (arrival === 'gap') this.#resume()
    if (arrival === 'taken') this.#applySoon()
    this.#awaitRows()
  }

  #headed(seq: number, stateVector: Uint8Array): void {
    this.#head = Math.max(this.#head, seq)
    this.#proof = stateVector
    this.#proven = false
    this.#apply(true)
    if (this.#replica.renew(stateVector)) this.#renewed()
    if (!this.#ready) {
      this.#ready = true
      this.#options.events.replaced()
    }
    this.#prove()
    if (this.#copy) this.#store(this.#adopt(this.#copy))
    this.#changed()
  }

  #renewed(): void {
    this.#store(this.#copy?.rebase(Y.encodeStateAsUpdate(this.#replica.base), this.#mark))
    this.#rebind()
  }

  /** Compares clocks; when rows are missing though the cursor says otherwise, fetches all, once. */
  #prove(): void {
    const { current, cursor } = this.#replica
    if (this.#proven || !this.#proof || !current || cursor < this.#head) return
    this.#proven = this.#replica.reaches(this.#proof)
    if (this.#proven || this.#healed) return
    this.#healed = true
    this.#replica.cursor = this.#replica.received = 0
    this.#connection.send({ type: 'Resume', epoch: 0, cursor: 0 })
  }

  #receipt(durable: number, head: number): void {
    this.#head = Math.max(this.#head, head)
    const settled = this.#outbox.receipt(durable, this.#mark)
    this.#replica.settle(settled.map(({ update }) => update))
    this.#awaitRows()
    this.#prove()
    this.#changed()
  }

  /** A head past the cursor, and no rows: they were lost on the way. */
  #awaitRows(): void {
    if (this.#replica.received >= this.#head) {
      clearTimeout(this.#gap)
      this.#gap = undefined
    } else this.#gap ??= setTimeout(() => this.#resumeLate(), GAP_PATIENCE)
  }

  #resumeLate(): void {
    this.#gap = undefined
    if (this.#replica.received >= this.#head) return
    this.#resume()
    this.#awaitRows()
  }

  /** The server says what it has: it gets the outbox and, if that is not all, the difference. */
  #answer(stateVector: Uint8Array): void {
    this.#apply(true)
    this.#repair()
    this.#asked = true
    const sent = this.#outbox.waiting.map(({ update }) => update)
    this.#flush()
    if (!this.#replica.exceeds(stateVector, sent)) return
    const update = Y.encodeStateAsUpdate(this.doc, stateVector)
    if (this.#connection.send({ type: 'Step2', update })) this.#outbox.sent(null)
  }

  #noticed(notice: NoticeBody): void {
    switch (notice.kind) {
      case 'role':
        this.#become(notice.json.role)
        break
      case 'client-taken':
        this.#taken = notice.json.client
        this.#connection.restart()
        break
      case 'refused':
        this.#refuse(notice.json.frame, notice.json.reason)
        break
      case 'trashed':
        this.#trouble = { kind: 'trashed' }
        break
      case 'leaving':
        this.#connection.leaving(notice.json.after)
    }
    this.#changed()
  }

  #refuse(frame: number, reason: string): void {
    const entry = this.#outbox.frame(frame)
    if (!entry) return
    this.#refused.add(entry.update)
    this.#trouble = { kind: 'refused', reason }
    this.#connection.restart()
  }

  /** On a fresh connection, before the outbox goes out: what was refused is taken back or renamed. */
  #repair(): void {
    if (this.#taken === null && this.#refused.size === 0) return
    let updates = this.#outbox.entries.map(({ update }) => update)
    if (this.#refused.size > 0) updates = withoutContent(updates, this.#refused)
    if (this.#taken !== null) updates = withOtherClient(updates, this.#taken)
    this.#taken = null
    this.#refused.clear()
    this.#outbox.rewrite(updates)
    this.#replace(updates)
  }

  // Carets

  #speak(): void {
    if (this.#carets) return
    this.#carets = true
    afterFrame(() => {
      this.#carets = false
      const { clientID, states } = this.awareness
      if (!states.has(clientID)) return
      const awareness = encodeAwarenessUpdate(this.awareness, [clientID])
      if (awareness.length > this.#limits.awareness) return
      this.#connection.send({ type: 'Awareness', awareness })
    })
  }

  #forgetOthers(): void {
    const others = [...this.awareness.states.keys()].filter((id) => id !== this.doc.clientID)
    removeAwarenessStates(this.awareness, others, this)
  }
}
