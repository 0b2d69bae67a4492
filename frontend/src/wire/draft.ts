/**
 * The document as this browser has it: what the server told, what was typed and has no receipt, and
 * the copy of both on this device.
 *
 * Knows rows, receipts and refusals; neither frames nor sockets, and nothing of the editor.
 */
import type * as Y from 'yjs'
import type { Entry, Mark } from './copy'
import type { Role } from './frames'
import { Keeping } from './keeping'
import { Outbox } from './outbox'
import { Pace } from './pace'
import { Refusals } from './refusals'
import { type Arrival, Replica, type Shared } from './replica'
import { inPieces, withoutContent } from './rewrite'
import { mayWrite, type Terms } from './terms'

export type DraftEvents = {
  changed: () => void
  /** `doc` is another object, or is ready to be shown. */
  replaced: () => void
  /** Something waits in the outbox. */
  typed: () => void
  /** What had come is applied. */
  applied: () => void
  arriving: (base: Y.Doc, types: Set<Shared>) => void
}

export class Draft {
  readonly replica = new Replica()
  readonly refusals = new Refusals()
  readonly outbox: Outbox
  /** There is a text to show: a local copy, or the server's. */
  ready = false
  readonly #keeping: Keeping
  /** The document whose edits are kept and sent: an older one may live on for a moment. */
  #bound = this.doc
  /** What is durable and still kept as unsent. */
  readonly #settled: Entry[] = []
  readonly #pace = new Pace(() => this.apply())

  constructor(
    readonly of: { user: number; document: string },
    readonly terms: Terms,
    readonly events: DraftEvents,
  ) {
    this.#keeping = new Keeping(of.user, of.document, events.changed)
    this.outbox = new Outbox(this.#keeping.tab.id)
    this.#bound.on('update', this.#edited)
  }

  get doc(): Y.Doc {
    return this.replica.doc
  }

  /** What is unsent is also stored on this device. */
  get kept(): boolean {
    return this.#keeping.kept
  }

  /** How much of what is unsent a reload now would find again. */
  get stored(): number {
    return this.kept ? Math.max(0, this.outbox.size - this.#keeping.storing) : 0
  }

  /** Whether all that was typed is durable, and all that has come is shown. */
  get settled(): boolean {
    return this.outbox.size === 0 && !this.refusals.any && this.replica.current
  }

  /** What has no receipt, and may be written again where others took its text away. */
  get #mendable(): Uint8Array[] {
    return mayWrite(this.terms.role) ? this.outbox.updates : []
  }

  get #mark(): Mark {
    const { epoch, cursor } = this.replica
    return { epoch, cursor, role: this.terms.role ?? 'reader' }
  }

  // What this browser has kept

  /** Reads what this browser has kept, and takes over what closed tabs left. */
  async load(): Promise<void> {
    const kept = await this.#keeping.open()
    if (!kept) return
    const { mark, pool, outbox } = kept
    await this.#keeping.adopt(outbox, (orphaned) => this.#takeIn(orphaned))
    if (!mark && this.outbox.size === 0) return
    const sound = this.replica.recall(pool.map(({ update }) => update))
    this.#replace()
    if (!sound) return this.discard()
    if (mark) this.#begin(mark)
    // What is unsent may have to meet what others declared, of which a squeezed pool keeps the last.
    if (outbox.length === 0) this.#keeping.squeeze(kept, this.replica.base)
  }

  #begin({ epoch, cursor, role }: Mark): void {
    this.replica.epoch = epoch
    this.replica.cursor = this.replica.received = cursor
    this.terms.role ??= role
    this.#show()
  }

  #takeIn(orphaned: readonly Entry[]): Entry[] {
    return this.outbox.add(orphaned.map(({ update }) => update))
  }

  /** What a tab that was closed since has left is sent as if it were typed here. */
  adopt(): void {
    this.#keeping.adoptLate((orphaned, pool) => {
      const entries = this.#takeIn(orphaned)
      const updates = entries.map(({ update }) => update)
      this.replica.adopt(updates, this, mayWrite(this.terms.role) ? pool : null)
      this.events.typed()
      return entries
    })
  }

  /** The right to the document changed. */
  become(role: Role): void {
    this.#keeping.role(role)
  }

  /** Rows were missing in the copy on this device, and are here now. */
  mend(): void {
    this.#keeping.mend(this.replica.base, this.#mark)
  }

  /** The document is gone, or one's right to it; or its copy cannot be read. */
  discard(): void {
    this.#keeping.discard()
  }

  stop(): void {
    this.#pace.stop()
    this.#keeping.close()
  }

  // What is typed

  readonly #edited = (update: Uint8Array, origin: unknown): void => {
    const { role, limits } = this.terms
    if (origin === this || !mayWrite(role)) return
    const pieces = inPieces(update, limits.update)
    const large = pieces.filter((piece) => piece.length > limits.update)
    this.#keeping.keep(this.outbox.add(pieces))
    if (large.length > 0) this.#takeBack(new Set(large))
    this.events.typed()
    this.events.changed()
  }

  /** What cannot be sent at all is emptied, and the text shown without it. */
  #takeBack(large: ReadonlySet<Uint8Array>): void {
    this.#keeping.keep(this.outbox.rewrite(withoutContent(this.outbox.updates, large)))
    this.terms.trouble = { kind: 'too-large' }
    // The editor is in the middle of the very change that is taken back.
    queueMicrotask(() => this.#replace())
  }

  /** The first `durable` frames of this connection are settled. */
  receipt(durable: number): void {
    const { entries, answers } = this.outbox.receipt(durable)
    if (answers.length > 0 && this.replica.brought) this.#brought(answers)
    if (entries.length === 0) return
    this.replica.settle(entries.map(({ update }) => update))
    this.#settled.push(...entries)
    this.#keepSettled()
  }

  /** What an old document brought is durable; nobody tells the one who sent it. */
  #brought(answers: readonly Uint8Array[]): void {
    this.replica.brings(answers, !this.outbox.answering)
    this.#keeping.mend(this.replica.base, this.#mark)
  }

  /** Before what came before it is shown, a reload must find that it had no receipt then. */
  #keepSettled(): void {
    if (!this.replica.current || this.#settled.length === 0) return
    this.#keeping.settle(this.#settled.splice(0), this.#mark)
  }

  /** The person gives up what waits in the outbox: the text is shown without it. */
  abandon(): void {
    this.#keeping.drop(this.outbox.clear())
    this.#replace()
    this.events.changed()
  }

  /** Before the outbox goes out again: what was refused is emptied or renamed. */
  repair(): void {
    if (!this.refusals.any) return
    this.#keeping.keep(this.outbox.rewrite(this.refusals.mended(this.outbox.updates)))
    this.#replace()
  }

  // What comes

  /** Holds rows back while a word is being composed (at most some seconds), or lets them in. */
  hold(composing: boolean): void {
    this.#pace.hold(composing)
  }

  /** Rows first..last have come; they are shown before the next frame. */
  take(first: number, last: number, update: Uint8Array): Arrival {
    const arrival = this.replica.take(first, last, update)
    if (arrival === 'taken') this.#pace.soon()
    return arrival
  }

  /** Shows what has come. */
  apply(): void {
    const first = this.replica.cursor + 1
    const arriving = (types: Set<Shared>) => this.events.arriving(this.replica.base, types)
    const updates = this.replica.apply(this, arriving, this.#mendable)
    if (updates.length > 0) this.#keeping.extend(first, updates, this.#mark)
    this.#keepSettled()
    this.events.applied()
  }

  /** All rows up to the Head are here. */
  complete(stateVector: Uint8Array): void {
    if (!this.#pace.holding || this.replica.renewing || !this.ready) this.apply()
    const renewed = this.replica.renew(stateVector)
    if (renewed) this.#keeping.rebase(this.replica.base, this.#mark)
    if (renewed || !this.ready) this.#show()
  }

  #show(): void {
    this.replica.present(this.#mendable, this, () => {
      this.ready = true
      this.#rebind()
    })
  }

  /** A fresh document of what the server has told and what waits in the outbox. */
  #replace(): void {
    this.replica.replace(this.outbox.updates)
    this.#rebind()
  }

  #rebind(): void {
    this.#bound.off('update', this.#edited)
    this.#bound = this.doc
    this.#bound.on('update', this.#edited)
    this.events.replaced()
  }
}
