/**
 * A document's chat as one browser takes part in it: what was said, what is still to be said, and
 * whether one may. Knows frames and answers; nothing of the page.
 */
import { uuidv4 } from 'lib0/random'
import type { ConnectionState } from '../wire/connection'
import type { Frame, Message, NoticeBody, Person, Role, WelcomeBody } from '../wire/frames'
import { maySpeak } from '../wire/terms'
import { Outgoing, type Saying } from './outgoing'
import { type Pages, Reading } from './reading'
import { Transcript } from './transcript'
import type { Seen } from './unread'

/** `say`: sends a frame; false where no socket is open. `changed`: there is something new to show. */
export type Around = {
  self: Person
  role: Role | null
  pages: Pages
  seen: Pick<Seen, 'number' | 'lower'>
  say: (frame: Saying) => boolean
  changed: () => void
  /** What one wanted to take back is still there. */
  notRemoved: () => void
}

/** How long (ms) one waits until what one took back is gone. */
const PATIENCE = 10_000
/** The most characters (UTF-16 units) of a message, until the server has said so. */
const MOST = 4000

export class Talk {
  readonly outgoing: Outgoing
  transcript = new Transcript()
  /** The most characters of a message. */
  most = MOST
  /** The server has answered on this connection. */
  connected = false
  /** There will be no other connection. */
  stopped = false
  #role: Role | null
  #epoch: number | null = null
  /** A server of an earlier release has no chat. */
  #hasChat = true
  #reading: Reading

  constructor(readonly around: Around) {
    this.outgoing = new Outgoing(around.self.id)
    this.#role = around.role
    this.#reading = this.#reader()
  }

  /** Whether one may read the chat and speak in it. */
  get allowed(): boolean {
    return this.#hasChat && maySpeak(this.#role)
  }

  /** `loading` and `failed`: there is nothing to show yet. */
  get state(): 'loading' | 'failed' | 'here' {
    if (this.transcript.last !== null) return 'here'
    return this.#reading.failed ? 'failed' : 'loading'
  }

  /** Earlier messages are on their way. */
  get turning(): boolean {
    return this.#reading.turning
  }

  hear(frame: Frame): void {
    if (frame.type === 'Welcome') this.#welcomed(frame.json)
    else if (frame.type === 'Said') this.#said(frame.json)
    else if (frame.type === 'Notice') this.#noticed(frame)
  }

  /** The connection is another, or none. */
  moved(at: ConnectionState['at']): void {
    const [connected, stopped] = [this.connected && at === 'open', at === 'stopped']
    if (connected === this.connected && stopped === this.stopped) return
    this.connected = connected
    this.stopped = stopped
    this.around.changed()
  }

  /** Says something; it stays here until the server has stored it. */
  say(text: string): void {
    this.#send(this.outgoing.say(uuidv4(), text, Date.now()))
    this.around.changed()
  }

  /** Sends once more what was not stored. */
  again(key: string): void {
    const frame = this.outgoing.again(key)
    if (frame) this.#send(frame)
    this.around.changed()
  }

  /** Gives up what was not stored. */
  discard(key: string): void {
    this.outgoing.discard(key)
    this.around.changed()
  }

  mayRemove({ by }: Pick<Message, 'by'>): boolean {
    return this.#role === 'owner' || by?.id === this.around.self.id
  }

  /** Takes a stored message back. */
  remove(number: number): void {
    this.#send(this.outgoing.remove(number))
    this.around.changed()
  }

  /** Reads what was said before; false: the server did not answer. */
  earlier(): Promise<boolean> {
    return this.#reading.earlier()
  }

  /** Asks once more for what could not be read. */
  retry(): void {
    this.#reading.catchUp()
  }

  stop(): void {
    this.#reading.stop()
  }

  #reader(): Reading {
    const { pages, seen } = this.around
    const came = (messages: readonly Message[]) => this.#came(messages)
    return new Reading(this.transcript, pages, seen, came, () => this.#anew())
  }

  #send(frame: Saying): void {
    if (!this.connected || !this.around.say(frame)) return
    // What was not taken back is not told, as nothing of it is lost.
    if (frame.type === 'Unsay') setTimeout(() => this.#doubt(frame.number), PATIENCE)
  }

  #welcomed({ role, limits, epoch }: WelcomeBody): void {
    // After an older backup was restored numbers are given again.
    if (this.#epoch !== null && epoch !== this.#epoch) this.#forget()
    this.#epoch = epoch
    this.connected = true
    this.#hasChat = limits.chat !== undefined
    this.most = limits.chat ?? MOST
    this.#become(role)
  }

  #become(role: Role): void {
    this.#role = role
    if (!this.allowed) this.#forget()
    else {
      this.#reading.catchUp()
      for (const frame of this.outgoing.anew()) this.#send(frame)
    }
    this.around.changed()
  }

  /**
   * What was said is none of one's business any more, or not so, and nothing of it can be taken back;
   * one's own unsaid words are one's own.
   */
  #forget(): void {
    this.#reading.stop()
    this.outgoing.keepAll()
    this.transcript = new Transcript()
    this.#reading = this.#reader()
  }

  #said(message: Message): void {
    if (!this.allowed) return
    const fate = this.transcript.take(message)
    if (fate === 'other') return this.#anew()
    if (fate === 'gap') this.#reading.catchUp(message.number)
    this.#came([message])
  }

  /** Numbers were given again: of what is known here nothing holds. */
  #anew(): void {
    this.#forget()
    this.#reading.catchUp()
    this.around.changed()
  }

  #came(messages: readonly Message[]): void {
    const last = this.transcript.last ?? 0
    // What comes after a gap is not taken yet: nobody's words are in neither place.
    for (const message of messages) if (message.number <= last) this.outgoing.heard(message)
    this.around.changed()
  }

  #noticed(notice: NoticeBody): void {
    if (notice.kind === 'role') this.#become(notice.json.role)
    if (notice.kind !== 'unsaid') return
    this.outgoing.refused(notice.json.key, notice.json.reason)
    this.around.changed()
  }

  #doubt(number: number): void {
    if (!this.connected || !this.outgoing.isRemoving(number)) return
    this.outgoing.keep(number)
    this.around.notRemoved()
    this.around.changed()
  }
}
