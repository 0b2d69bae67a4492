/**
 * A document's comments as one browser takes part in them: what was said, what is still to be said, and
 * whether one may. Knows frames and answers; nothing of the page, nor where anything stands.
 */
import { Refused, Unreachable } from '../api'
import { written } from '../beside/field'
import { attempt, Rounds } from '../beside/rounds'
import { words } from '../catalogue'
import type { ConnectionState } from '../wire/connection'
import type { Frame, Person, Role, WelcomeBody } from '../wire/frames'
import { maySpeak, mayWrite } from '../wire/terms'
import type { Anchor } from './anchor'
import type { Calls } from './calls'
import { type Draft, Drafts, NEW } from './drafts'
import { type Comment, identityOf, type Thread, Threads } from './threads'

/** `changed`: there is something new to show. `failed`: something was not done, in a sentence. */
export type Around = {
  self: Person
  role: Role | null
  calls: Calls
  changed: () => void
  failed: (sentence: string) => void
}

/** `told`: the server has heard of it; what is known here is older until it is read. */
type Move = { anchor: Anchor; told: boolean }

type Done = { thread: Thread | null; whyNot: string | null }

/** The most characters (UTF-16 units) of a comment, until the server has said so. */
const MOST = 4000

export class Discussion {
  readonly drafts: Drafts
  threads = new Threads()
  most = MOST
  connected = false
  /** What could not be read may still come. */
  failed = false
  #role: Role | null
  /** 0: the server has not told it yet. */
  #epoch = 0
  /** A server of an earlier release has no comments. */
  #hasComments = true
  readonly #rounds = new Rounds(() => this.#read())
  /** Where the words of threads went from here. */
  readonly #moves = new Map<number, Move>()

  constructor(readonly around: Around) {
    this.drafts = new Drafts(around.self.id)
    this.#role = around.role
  }

  /** Whether one may read the comments and comment. */
  get allowed(): boolean {
    return this.#hasComments && maySpeak(this.#role)
  }

  /** `loading` and `failed`: there is nothing to show yet. */
  get state(): 'loading' | 'failed' | 'here' {
    if (this.threads.revision !== null) return 'here'
    return this.failed ? 'failed' : 'loading'
  }

  hear(frame: Frame): void {
    if (frame.type === 'Welcome') this.#welcomed(frame.json)
    if (frame.type !== 'Notice') return
    if (frame.kind === 'role') this.#become(frame.json.role)
    const known = this.threads.revision ?? 0
    // A smaller one: the database has lost its end.
    if (frame.kind === 'commented' && frame.json.revision !== known) this.retry()
  }

  /** The connection is another, or none. */
  moved(at: ConnectionState['at']): void {
    const connected = this.connected && at === 'open'
    if (connected === this.connected) return
    this.connected = connected
    this.around.changed()
  }

  /** Asks for what was said meanwhile. */
  retry(): void {
    if (this.allowed) this.#rounds.want()
  }

  stop(): void {
    this.#rounds.stop()
  }

  /** Where a thread's words are: as others have it, or as they went from here. */
  anchorOf({ number, start, end, quote }: Thread): Anchor {
    return this.#moves.get(number)?.anchor ?? { start, end, quote }
  }

  /** Sends what is written; tells the thread that it is in once it is stored. */
  async send(draft: Draft): Promise<Thread | null> {
    const { key, of, anchor } = draft
    const text = written(draft.text)
    if (!text || text.length > this.most || draft.sending) return null
    const call = this.#callOf({ key, text }, of, anchor)
    if (!call) return null
    this.drafts.change(of, { sending: true, wrong: null })
    this.around.changed()
    const { thread, whyNot } = await this.#done(call)
    const wrong = thread ? null : (whyNot ?? words.commentOffline)
    this.drafts.change(of, { sending: false, wrong })
    this.around.changed()
    return thread
  }

  settle({ number }: Thread, settled: boolean): Promise<Thread | null> {
    return this.#do(() => this.around.calls.settle(number, settled))
  }

  mayRemove({ by, removed }: Comment): boolean {
    return !removed && (this.#role === 'owner' || by?.id === this.around.self.id)
  }

  /** Takes a comment back, for ever. */
  remove(thread: Thread, comment: Comment): Promise<Thread | null> {
    return this.#do(() => this.around.calls.remove(thread.number, comment.number))
  }

  /** The words of a thread are there now. */
  move(number: number, anchor: Anchor): void {
    if (!mayWrite(this.#role) || !this.threads.of(number)) return
    const move = { anchor, told: false }
    this.#moves.set(number, move)
    void this.#tell(number, move)
  }

  #callOf(words: { key: string; text: string }, of: string, anchor: Anchor | null) {
    const { calls } = this.around
    const epoch = this.#epoch
    if (of === NEW) return anchor && (() => calls.begin({ ...words, ...anchor, epoch }))
    const thread = this.threads.all.find((thread) => identityOf(thread) === of)
    return thread ? () => calls.answer(thread.number, words) : null
  }

  /** Does something; null: it was not done, and that was said. */
  async #do(call: () => Promise<Thread>): Promise<Thread | null> {
    const { thread, whyNot } = await this.#done(call)
    if (!thread) this.around.failed(whyNot ?? words.notDone)
    return thread
  }

  /** Takes the thread that came of it, or what the server said, if it did. */
  async #done(call: () => Promise<Thread>): Promise<Done> {
    const { threads } = this
    try {
      const thread = await call()
      if (threads === this.threads && this.allowed) threads.hear(thread)
      this.drafts.heard(thread)
      this.around.changed()
      return { thread, whyNot: null }
    } catch (error) {
      return { thread: null, whyNot: sentenceOf(error) }
    }
  }

  async #tell(number: number, move: Move): Promise<void> {
    const seen = { ...move.anchor, epoch: this.#epoch }
    const told = this.around.calls.move(number, seen).then(() => true)
    const { answer, mayMend } = await attempt(told)
    if (answer) move.told = true
    else if (!mayMend && this.#moves.get(number) === move) this.#moves.delete(number)
  }

  #welcomed({ role, limits, epoch }: WelcomeBody): void {
    // After an older backup was restored numbers are given again.
    if (this.#epoch !== 0 && epoch !== this.#epoch) this.#forget()
    if (epoch !== this.#epoch) this.#unquote()
    this.#epoch = epoch
    this.connected = true
    this.#hasComments = limits.comment !== undefined
    this.most = limits.comment ?? MOST
    this.#become(role)
  }

  #become(role: Role): void {
    this.#role = role
    if (this.allowed) {
      this.retry()
      for (const [number, move] of this.#moves) if (!move.told) void this.#tell(number, move)
    } else this.#forget()
    this.around.changed()
  }

  /** What was said is none of one's business any more, or not so; one's own words are one's own. */
  #forget(): void {
    this.threads = new Threads()
    this.#moves.clear()
    this.failed = false
  }

  /** What one selected in another epoch may be redacted since; its ids are the same. */
  #unquote(): void {
    const anchor = this.drafts.of(NEW)?.anchor
    if (anchor) this.drafts.change(NEW, { anchor: { ...anchor, quote: '' } })
  }

  async #read(): Promise<void> {
    const { threads } = this
    const { answer, mayMend } = await attempt(this.around.calls.after(threads.revision ?? 0))
    if (this.#rounds.isOver || threads !== this.threads || !this.allowed) return
    this.failed = answer === null
    if (!answer && mayMend) this.#rounds.wantLater()
    if (answer && !threads.take(answer)) this.#forget()
    if (answer?.more || this.threads !== threads) this.#rounds.want()
    for (const thread of answer?.threads ?? []) {
      this.drafts.heard(thread)
      if (this.#moves.get(thread.number)?.told) this.#moves.delete(thread.number)
    }
    this.around.changed()
  }
}

/** What the server said to it; null: it was not reached, or said nothing. */
function sentenceOf(error: unknown): string | null {
  if (error instanceof Refused) return error.message || null
  if (error instanceof Unreachable) return null
  throw error
}
