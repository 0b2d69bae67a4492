/**
 * Keeps one document in step with the server: docs/protocol.md from the browser's side.
 *
 * The order of things lives here; bytes, sockets, storage and documents live in the modules beside it.
 * Knows nothing of the editor: whoever shows `doc` is told when it is replaced.
 */
import type { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Carets } from './carets'
import { Connection, type ConnectionState } from './connection'
import type { Entry, Mark } from './copy'
import type { Frame, Limits, NoticeBody, Role, WelcomeBody } from './frames'
import { Keeping } from './keeping'
import { Outbox } from './outbox'
import { Pace } from './pace'
import { Progress } from './progress'
import { Replica } from './replica'
import { inPieces, withOtherClient, withoutContent } from './rewrite'
import { mayWrite, type ProviderOptions, type ProviderState, type Trouble } from './state'

const LIMITS: Limits = { update: 512_000, reply: 8_388_608, awareness: 4096 }
const GONE = new Set([4403, 4404])

export class Provider {
  readonly #options: ProviderOptions
  readonly #connection: Connection
  readonly #replica = new Replica()
  readonly #keeping: Keeping
  readonly #outbox: Outbox
  readonly #progress = new Progress(
    () => this.#replica.received,
    () => this.#resume(),
  )
  readonly #pace = new Pace(() => this.#apply())
  #carets: Carets
  #limits = LIMITS
  #role: Role | null
  #welcomed = false
  #ready = false
  /** The server asked for what we have (Step1): from then on each edit is sent at once. */
  #asked = false
  #trouble: Trouble | null = null
  /** A client id of ours that turned out to be somebody else's, and updates that were refused. */
  #taken: number | null = null
  readonly #refused = new Set<Uint8Array>()

  constructor(options: ProviderOptions) {
    this.#options = options
    this.#role = options.role
    this.#keeping = new Keeping(options.user, options.document, this.#changed)
    this.#outbox = new Outbox(this.#keeping.tab.id)
    this.#connection = new Connection(options.url, {
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      changed: (state) => this.#moved(state),
    })
    this.#carets = this.#watch()
  }

  get doc(): Y.Doc {
    return this.#replica.doc
  }

  get awareness(): Awareness {
    return this.#carets.awareness
  }

  get state(): ProviderState {
    return {
      connection: this.#connection.state,
      welcomed: this.#welcomed,
      ready: this.#ready,
      role: this.#role,
      unsent: this.#outbox.size,
      kept: this.#keeping.kept,
      saved: this.#saved,
      trouble: this.#trouble,
    }
  }

  /** Shows what this browser has kept, then connects. */
  async start(): Promise<void> {
    await this.#load()
    this.#connection.start()
  }

  stop(): void {
    this.#connection.stop()
    this.#progress.lost()
    this.#pace.stop()
    this.#carets.destroy()
    this.#keeping.close()
  }

  /** Holds remote rows back while a word is being composed (at most some seconds), or lets them in. */
  hold(composing: boolean): void {
    this.#pace.hold(composing)
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

  get #mark(): Mark {
    const { epoch, cursor } = this.#replica
    return { epoch, cursor, role: this.#role ?? 'reader' }
  }

  get #saved(): boolean {
    const { cursor, current } = this.#replica
    const settled = this.#outbox.size === 0 && this.#refused.size === 0 && this.#taken === null
    return settled && this.#progress.proven && current && cursor >= this.#progress.head
  }

  readonly #changed = (): void => this.#options.events.changed(this.state)

  // What this browser has kept

  async #load(): Promise<void> {
    const kept = await this.#keeping.open()
    if (!kept) return
    const { mark, pool, outbox } = kept
    await this.#keeping.adopt(outbox, (orphaned) => this.#takeIn(orphaned))
    if (!mark && this.#outbox.size === 0) return
    this.#replica.settle(pool.map(({ update }) => update))
    this.#replace()
    if (mark) this.#begin(mark)
    this.#keeping.squeeze(kept, this.#replica.base)
  }

  #begin({ epoch, cursor, role }: Mark): void {
    this.#replica.epoch = epoch
    this.#replica.cursor = this.#replica.received = cursor
    this.#role ??= role
    this.#ready = true
    this.#options.events.replaced()
  }

  #takeIn(orphaned: readonly Entry[]): Entry[] {
    return this.#outbox.add(orphaned.map(({ update }) => update))
  }

  // The document

  #watch(): Carets {
    this.doc.on('update', this.#edited)
    return new Carets(this.doc, (awareness) => {
      if (awareness.length > this.#limits.awareness) return
      this.#connection.send({ type: 'Awareness', awareness })
    })
  }

  /** A fresh document of what the server has told and what waits in the outbox. */
  #replace(): void {
    this.#replica.replace(this.#outbox.updates)
    this.#rebind()
  }

  #rebind(): void {
    this.#carets.doc.off('update', this.#edited)
    this.#carets.destroy()
    this.#carets = this.#watch()
    if (this.#ready) this.#options.events.replaced()
  }

  readonly #edited = (update: Uint8Array, origin: unknown): void => {
    if (origin === this || !mayWrite(this.#role)) return
    const pieces = inPieces(update, this.#limits.update)
    const large = pieces.filter((piece) => piece.length > this.#limits.update)
    this.#keeping.keep(this.#outbox.add(pieces))
    if (large.length > 0) this.#takeBack(new Set(large))
    this.#flush()
    this.#changed()
  }

  /** What cannot be sent at all is emptied, and the text shown without it. */
  #takeBack(large: ReadonlySet<Uint8Array>): void {
    this.#keeping.keep(this.#outbox.rewrite(withoutContent(this.#outbox.updates, large)))
    this.#trouble = { kind: 'too-large' }
    // The editor is in the middle of the very change that is taken back.
    queueMicrotask(() => this.#replace())
  }

  /** Sends what this connection has not been told. */
  #flush(): void {
    if (!this.#asked) return
    for (const entry of this.#outbox.waiting) {
      if (!this.#connection.send({ type: 'Change', update: entry.update })) return
      this.#outbox.sent(entry)
    }
  }

  /** Shows what has come. */
  #apply(): void {
    const first = this.#replica.cursor + 1
    const updates = this.#replica.apply(this, (types) =>
      this.#options.events.arriving(this.#replica.base, types),
    )
    if (updates.length > 0) this.#keeping.extend(first, updates, this.#mark)
    this.#prove()
    this.#changed()
  }

  /** Compares clocks; when structs are missing though the cursor says otherwise, fetches all, once. */
  #prove(): void {
    const { proof, proven, head, healed } = this.#progress
    const { current, cursor } = this.#replica
    if (proven || !proof || !current || cursor < head) return
    this.#progress.proven = this.#replica.reaches(proof)
    if (this.#progress.proven || healed) return
    this.#progress.healed = true
    this.#replica.cursor = this.#replica.received = 0
    this.#connection.send({ type: 'Resume', epoch: 0, cursor: 0 })
  }

  // The connection

  #moved(state: ConnectionState): void {
    if (state.at !== 'open') {
      this.#asked = false
      this.#progress.lost()
      this.#carets.forgetOthers()
    }
    if (state.at === 'stopped' && GONE.has(state.code)) this.#keeping.discard()
    this.#changed()
  }

  #opened(): void {
    this.#outbox.connected()
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
        return this.#reachHead(frame.seq, frame.stateVector)
      case 'Receipt':
        return this.#receipt(frame.durable, frame.head)
      case 'Step1':
        return this.#answer(frame.stateVector)
      case 'Awareness':
        return this.#carets.hear(frame.awareness)
      case 'QueryAwareness':
        return this.#carets.speak()
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
    const { epoch: known, cursor } = this.#replica
    if (epoch !== known || head < cursor) this.#replica.restart(epoch)
    this.#limits = limits
    this.#progress.welcomed(head)
    this.#welcomed = true
    this.#become(role)
    this.#carets.speak()
    this.#changed()
  }

  #become(role: Role): void {
    this.#role = role
    if (this.#trouble?.kind === 'trashed') this.#trouble = null
    if (!mayWrite(role)) this.#asked = false
    this.#keeping.role(role)
  }

  #stretch(first: number, last: number, update: Uint8Array): void {
    const arrival = this.#replica.take(first, last, update)
    if (arrival === 'gap') this.#resume()
    if (arrival === 'taken') this.#pace.soon()
    this.#progress.told(last)
  }

  #reachHead(seq: number, stateVector: Uint8Array): void {
    this.#progress.challenged(stateVector)
    this.#apply()
    if (this.#replica.renew(stateVector)) this.#renewed()
    if (!this.#ready) {
      this.#ready = true
      this.#options.events.replaced()
    }
    this.#progress.told(seq)
    this.#prove()
    this.#keeping.adoptLate((orphaned) => this.#adopted(orphaned))
    this.#changed()
  }

  #renewed(): void {
    this.#keeping.rebase(this.#replica.base, this.#mark)
    this.#rebind()
  }

  /** What a tab that was closed since has left is sent as if it were typed here. */
  #adopted(orphaned: readonly Entry[]): Entry[] {
    const entries = this.#takeIn(orphaned)
    for (const { update } of entries) Y.applyUpdate(this.doc, update, this)
    this.#flush()
    return entries
  }

  #receipt(durable: number, head: number): void {
    this.#connection.settled()
    const settled = this.#outbox.receipt(durable)
    if (settled.length > 0) {
      this.#replica.settle(settled.map(({ update }) => update))
      this.#keeping.settle(settled, this.#mark)
    }
    this.#progress.told(head)
    this.#prove()
    this.#changed()
  }

  /** The server says what it has: it gets the outbox and, if that is not all, the difference. */
  #answer(stateVector: Uint8Array): void {
    this.#apply()
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
    this.#trouble = { kind: 'refused', reason }
    if (entry) this.#refused.add(entry.update)
    this.#connection.restart()
  }

  /** On a fresh connection, before the outbox goes out: what was refused is emptied or renamed. */
  #repair(): void {
    if (this.#taken === null && this.#refused.size === 0) return
    let updates = withoutContent(this.#outbox.updates, this.#refused)
    if (this.#taken !== null) updates = withOtherClient(updates, this.#taken)
    this.#taken = null
    this.#refused.clear()
    this.#keeping.keep(this.#outbox.rewrite(updates))
    this.#replace()
  }
}
