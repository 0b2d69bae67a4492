/** Reads over HTTP what a transcript lacks, one question at a time. */
import { ask, Unreachable } from '../api'
import { type Attempt, attempt, LONGEST, Rounds } from '../beside/rounds'
import type { Message } from '../wire/frames'
import type { Transcript } from './transcript'
import type { Seen } from './unread'

/** The stored messages of a document. Every call throws Refused and Unreachable. */
export type Pages = {
  latest: () => Promise<Message[]>
  before: (number: number) => Promise<Message[]>
  after: (number: number) => Promise<Message[]>
}

type Given = { messages: Message[] }

export function pagesOf(document: string): Pages {
  const read = async (query: string): Promise<Message[]> => {
    const path = `/documents/${document}/chat${query}`
    const given = await ask<Given | null>('GET', path, undefined, AbortSignal.timeout(LONGEST))
    // An answer that broke off has no words.
    if (!given) throw new Unreachable()
    return given.messages
  }
  return {
    latest: () => read(''),
    before: (number) => read(`?before=${number}`),
    after: (number) => read(`?after=${number}`),
  }
}

/** As many as the server gives at once of those after a number. */
const FULL = 200

export class Reading {
  failed = false
  /** Earlier messages are on their way. */
  turning = false
  #heardOf = 0
  readonly #rounds = new Rounds(() => this.#read())

  constructor(
    readonly transcript: Transcript,
    readonly pages: Pages,
    readonly seen: Pick<Seen, 'number' | 'lower'>,
    readonly came: (messages: readonly Message[]) => void,
    /** The server has other messages under numbers that are known here, or no such numbers. */
    readonly anew: () => void,
  ) {}

  /** Reads all after the last message that is known; `number` is one that somebody heard of. */
  catchUp(number = 0): void {
    this.#heardOf = Math.max(this.#heardOf, number)
    this.#rounds.want()
  }

  /** Reads the messages before the first that is known; false: the server did not answer. */
  async earlier(): Promise<boolean> {
    const { first } = this.transcript
    if (this.turning || first === null) return true
    this.turning = true
    this.came([])
    const page = await attempt(this.pages.before(first))
    this.turning = false
    if (this.#rounds.isOver) return true
    if (page.answer) this.transcript.precede(page.answer)
    this.came(page.answer ?? [])
    return page.answer !== null
  }

  stop(): void {
    this.#rounds.stop()
  }

  async #read(): Promise<void> {
    const { last } = this.transcript
    // What another window sees while one waits may be younger than the answer.
    const before = { last: last ?? 0, seen: this.seen.number }
    const page = await attempt(this.#next(last))
    if (!this.#rounds.isOver) this.#answered(page, before)
  }

  /** The last that is known comes with what is after it: a database may have lost its end. */
  #next(last: number | null): Promise<Message[]> {
    return last === null ? this.pages.latest() : this.pages.after(Math.max(last - 1, 0))
  }

  #answered({ answer, mayMend }: Attempt<Message[]>, before: Before): void {
    this.failed = answer === null
    if (answer && !this.#take(answer, before)) return this.anew()
    if (!answer && mayMend) this.#rounds.wantLater()
    this.came(answer ?? [])
  }

  /** Takes what the server has from the last that was known on; false: it is not as it was known. */
  #take(answer: readonly Message[], before: Before): boolean {
    const end = answer.at(-1)?.number ?? 0
    if (end < before.last || !this.transcript.takeAll(answer)) return false
    const last = this.transcript.last ?? 0
    const isShort = last < this.#heardOf
    if (end > before.last && (answer.length >= FULL || isShort)) this.#rounds.want()
    if (!this.#rounds.isWanted && last < before.seen) this.seen.lower(last)
    return true
  }
}

/** The last message that was known, and the last that was seen, when the server was asked. */
type Before = { last: number; seen: number }
