/** A comments' server in memory, with what may go wrong on the way; and one who comments. */
import { Refused, Unreachable } from '../../src/api'
import type { Anchor } from '../../src/comments/anchor'
import type { Calls, Words } from '../../src/comments/calls'
import { Discussion } from '../../src/comments/discussion'
import type { Comment, Thread } from '../../src/comments/threads'
import type { Frame, Role } from '../../src/wire/frames'
import { ANA, BO } from '../chat/people'

export { ANA, BO, SESSION } from '../chat/people'

export const ANCHOR: Anchor = { start: 'AA==', end: 'AB==', quote: 'the old bridge' }
const NOON = Date.UTC(2026, 9, 14, 12)

export const comment = (number: number, told: Partial<Comment> = {}): Comment => {
  const at = NOON + number * 1000
  return { number, at, by: BO, text: `say ${number}`, key: `k${number}`, removed: false, ...told }
}

export const thread = (number: number, told: Partial<Thread> = {}): Thread => {
  const comments = [comment(1, { key: `t${number}` })]
  return { ...ANCHOR, number, revision: number, settled: null, comments, ...told }
}

/** How a question ends: with an answer that arrives, with one that is lost, or before it arrived. */
type Way = 'there' | 'lost' | 'away' | Refused

export class CommentsServer {
  readonly threads: Thread[] = []
  revision = 0
  /** How the next questions end; after these, all arrive. */
  readonly ways: Way[] = []
  /** In which epoch each anchor was seen. */
  readonly epochs: number[] = []
  /** So many threads are told at once. */
  page = 100

  put(number: number, change: Partial<Thread>): Thread {
    this.revision += 1
    const known = this.threads[number - 1] ?? thread(number)
    const now = { ...known, ...change, revision: this.revision }
    this.threads[number - 1] = now
    return now
  }

  say(number: number, told: Partial<Comment>): Thread {
    const comments = this.threads[number - 1]?.comments ?? []
    return this.put(number, { comments: [...comments, comment(comments.length + 1, told)] })
  }

  get calls(): Calls {
    const own = (words: Words) => ({ by: ANA, ...words })
    const stored = (key: string) =>
      this.threads.find(({ comments }) => comments.some((one) => one.key === key))
    return {
      after: (revision) => this.#ask(() => this.#after(revision)),
      begin: ({ key, text, epoch, ...anchor }) =>
        this.#ask(() => {
          this.epochs.push(epoch)
          const comments = [comment(1, own({ key, text }))]
          return stored(key) ?? this.put(this.threads.length + 1, { ...anchor, comments })
        }),
      answer: (number, words) => this.#ask(() => stored(words.key) ?? this.say(number, own(words))),
      settle: (number, is) =>
        this.#ask(() => this.put(number, { settled: is ? { at: NOON, by: ANA } : null })),
      move: (number, { epoch, ...anchor }) =>
        this.#ask(() => {
          this.epochs.push(epoch)
          this.put(number, anchor)
        }),
      remove: (number, gone) => this.#ask(() => this.#emptied(number, gone)),
    }
  }

  #after(revision: number) {
    const changed = this.threads.filter((one) => one.revision > revision)
    const inOrder = changed.sort((one, other) => one.revision - other.revision)
    const threads = inOrder.slice(0, this.page)
    return { revision: this.revision, threads, more: inOrder.length > threads.length }
  }

  #emptied(number: number, gone: number): Thread {
    const all = this.threads[number - 1]?.comments ?? []
    const comments = all.map((one) =>
      one.number === gone ? { ...one, text: '', removed: true } : one,
    )
    return this.put(number, { comments })
  }

  async #ask<T>(answer: () => T): Promise<T> {
    await Promise.resolve()
    const way = this.ways.shift() ?? 'there'
    if (way instanceof Refused) throw way
    if (way === 'away') throw new Unreachable()
    const answered = answer()
    if (way === 'lost') throw new Unreachable()
    return answered
  }
}

export const welcome = (role: Role, comment: number | null = 4000, epoch = 1): Frame => ({
  type: 'Welcome',
  json: {
    document: 'd',
    epoch,
    head: 1,
    role,
    user: ANA,
    limits: { update: 1, reply: 1, awareness: 1, ...(comment === null ? {} : { comment }) },
  },
})

export const commented = (revision: number): Frame => ({
  type: 'Notice',
  kind: 'commented',
  json: { revision },
})

export const becomes = (role: Role): Frame => ({ type: 'Notice', kind: 'role', json: { role } })

/** Ana's part, and what she was told of what was not done. */
export class Part {
  readonly server = new CommentsServer()
  readonly failures: string[] = []
  readonly discussion: Discussion

  constructor(role: Role | null = 'editor') {
    this.discussion = new Discussion({
      self: ANA,
      role,
      calls: this.server.calls,
      changed: () => {},
      failed: (sentence) => this.failures.push(sentence),
    })
  }

  /** What she reads: each thread's words. */
  get reads(): string[][] {
    return this.discussion.threads.all.map(({ comments }) => comments.map(({ text }) => text))
  }
}
