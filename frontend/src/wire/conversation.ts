/**
 * What is said on the wire, and when: docs/protocol.md from the browser's side.
 *
 * The order of things lives here; documents, sockets and carets are elsewhere.
 */
import * as Y from 'yjs'
import type { Draft } from './draft'
import type { Frame, NoticeBody, Role, RosterEntry, WelcomeBody } from './frames'
import { Progress } from './progress'
import { inPieces } from './rewrite'
import { mayWrite, type Terms } from './terms'

/** What a conversation needs of the connection and of those who listen. */
export type Listeners = {
  send: (frame: Frame) => boolean
  restart: () => void
  leaving: (after: number) => void
  sound: () => void
  hear: (awareness: Uint8Array) => void
  speak: () => void
  roster: (people: RosterEntry[]) => void
  changed: () => void
}

export class Conversation {
  readonly #progress = new Progress(
    () => this.draft.replica.received,
    () => this.#resume(),
  )
  /** The server asked for what we have (Step1): from then on each edit is sent at once. */
  #asked = false
  /** The draft holds more than the last Head and the outbox; Step1 is about to ask for it. */
  #beyond = false

  constructor(
    readonly draft: Draft,
    readonly terms: Terms,
    readonly others: Listeners,
  ) {}

  /** Whether server and browser are known to hold the same. */
  get saved(): boolean {
    const { draft } = this
    const { proven, head } = this.#progress
    const told = !this.#beyond && !draft.outbox.answering
    return draft.settled && told && proven && draft.replica.cursor >= head
  }

  /** A socket was opened: says what we hold. */
  begin(): void {
    this.draft.outbox.connected()
    this.#resume()
  }

  /** The socket is gone. */
  end(): void {
    this.#asked = this.#beyond = false
    this.#progress.lost()
  }

  hear(frame: Frame): void {
    switch (frame.type) {
      case 'Welcome':
        return this.#welcome(frame.json)
      case 'Stretch':
        return this.#stretch(frame.first, frame.last, frame.update)
      case 'Head':
        return this.#head(frame.seq, frame.stateVector)
      case 'Receipt':
        return this.#receipt(frame.durable, frame.head)
      case 'Step1':
        return this.#answer(frame.stateVector)
      case 'Awareness':
        return this.others.hear(frame.awareness)
      case 'QueryAwareness':
        return this.others.speak()
      case 'Roster':
        return this.others.roster(frame.json)
      case 'Notice':
        return this.#noticed(frame)
      default:
        // Step2 and Change come to stock clients only; Said is the chat's; the rest is ours to send.
        return
    }
  }

  /** Sends what this connection has not been told. */
  flush(): void {
    if (!this.#asked) return
    const { outbox } = this.draft
    for (const entry of outbox.waiting) {
      if (!this.others.send({ type: 'Change', update: entry.update })) return
      outbox.sent(entry)
    }
  }

  /** Compares clocks; when structs are missing though the cursor says otherwise, fetches all, once. */
  prove(): void {
    const { proof, proven, head, healed } = this.#progress
    const { replica } = this.draft
    if (proven || !proof || !replica.current || replica.cursor < head) return
    this.#progress.proven = replica.reaches(proof)
    if (this.#progress.proven && healed) this.draft.mend()
    if (this.#progress.proven || healed) return
    this.#progress.healed = true
    replica.cursor = replica.received = 0
    this.others.send({ type: 'Resume', epoch: 0, cursor: 0 })
  }

  #resume(): void {
    const { epoch, received } = this.draft.replica
    this.others.send({ type: 'Resume', epoch, cursor: received })
  }

  #welcome({ epoch, head, role, limits }: WelcomeBody): void {
    const { replica } = this.draft
    if (epoch !== replica.epoch || head < replica.cursor) replica.restart(epoch)
    this.terms.limits = limits
    this.terms.welcomed = true
    this.#progress.welcomed(head)
    this.#become(role)
    this.others.speak()
    this.others.changed()
  }

  #become(role: Role): void {
    const regained = !mayWrite(this.terms.role) && mayWrite(role)
    this.terms.role = role
    // The trash gives its owner a reader's role, told after the notice.
    if (mayWrite(role) && this.terms.trouble?.kind === 'trashed') this.terms.trouble = null
    if (!mayWrite(role)) this.#asked = this.#beyond = false
    this.draft.become(role)
    // The server has not counted what came while there was no right: begin to count anew.
    if (regained && this.draft.outbox.flying) this.others.restart()
  }

  #stretch(first: number, last: number, update: Uint8Array): void {
    if (this.draft.take(first, last, update) === 'gap') this.#resume()
    this.#progress.told(last)
  }

  #head(seq: number, stateVector: Uint8Array): void {
    this.#progress.challenged(stateVector)
    this.draft.complete(stateVector)
    const { replica, outbox } = this.draft
    const about = mayWrite(this.terms.role) && !this.#asked
    if (about) this.#beyond = replica.exceeds(stateVector, outbox.updates)
    this.#progress.told(seq)
    this.prove()
    this.draft.adopt()
    this.others.changed()
  }

  #receipt(durable: number, head: number): void {
    this.others.sound()
    this.draft.receipt(durable)
    this.#progress.told(head)
    this.prove()
    this.others.changed()
  }

  /** The server says what it has: it gets the outbox and, if that is not all, the difference. */
  #answer(stateVector: Uint8Array): void {
    const { outbox, replica } = this.draft
    this.draft.repair()
    this.#asked = true
    this.#beyond = false
    const sent = outbox.waiting.map(({ update }) => update)
    this.flush()
    if (!replica.exceeds(stateVector, sent)) return
    const difference = Y.encodeStateAsUpdate(replica.doc, stateVector)
    for (const update of inPieces(difference, this.terms.limits.reply)) {
      if (!this.others.send({ type: 'Step2', update })) return
      outbox.sent({ answer: update })
    }
  }

  #noticed(notice: NoticeBody): void {
    switch (notice.kind) {
      case 'role':
        this.#become(notice.json.role)
        break
      case 'client-taken':
        this.draft.refusals.taken(notice.json.client)
        this.others.restart()
        break
      case 'refused':
        this.#refused(notice.json.frame, notice.json.reason)
        break
      case 'trashed':
        this.terms.trouble = { kind: 'trashed' }
        break
      case 'leaving':
        this.others.leaving(notice.json.after)
    }
    this.others.changed()
  }

  #refused(frame: number, reason: string): void {
    const entry = this.draft.outbox.frame(frame)
    this.terms.trouble = { kind: 'refused', reason }
    // An answer to Step1 is made anew the next time.
    if (entry) this.draft.refusals.refused(entry.update)
    this.others.restart()
  }
}
