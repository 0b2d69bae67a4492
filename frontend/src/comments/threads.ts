/**
 * What is said about passages of a document, as far as it is known here: threads by number, each as it
 * was last changed. Knows nothing of the wire, of the text, nor of what is still to be said.
 */
import type { Person } from '../wire/frames'
import type { Anchor } from './anchor'

/** One remark. `by`: null when the account is gone. What was taken back has no words any more. */
export type Comment = {
  number: number
  at: number
  by: Person | null
  text: string
  /** What its author's browser called it before it had a number. */
  key: string
  removed: boolean
}

/** A first comment and its answers. `revision`: the document's, when it was last changed. */
export type Thread = Anchor & {
  number: number
  revision: number
  settled: { at: number; by: Person | null } | null
  comments: readonly Comment[]
}

/** Threads that changed after a revision, in that order. `more`: there are others after the last. */
export type Batch = { revision: number; threads: readonly Thread[]; more: boolean }

/** What a thread is told from others by, even where its number was given again. */
export const identityOf = ({ comments }: Thread): string => comments[0]?.key ?? ''

/** Whether there is anything left to read. */
export const isSaid = ({ comments }: Thread): boolean => comments.some(({ removed }) => !removed)

export class Threads {
  readonly #threads = new Map<number, Thread>()
  #revision: number | null = null

  /** All changes up to this one are known; null until the server was asked. */
  get revision(): number | null {
    return this.#revision
  }

  /** All of them, by number. */
  get all(): readonly Thread[] {
    return [...this.#threads.values()].sort((one, other) => one.number - other.number)
  }

  /** Those that wait for somebody. */
  get open(): readonly Thread[] {
    return this.all.filter((thread) => !thread.settled && isSaid(thread))
  }

  of(number: number): Thread | undefined {
    return this.#threads.get(number)
  }

  /** Takes an answer of the server to what came after the revision. False: it is another past. */
  take({ revision, threads, more }: Batch): boolean {
    if (revision < (this.#revision ?? 0) || threads.some((thread) => this.#isOther(thread)))
      return false
    for (const thread of threads) this.hear(thread)
    const last = threads.at(-1)?.revision ?? revision
    this.#revision = more ? last : Math.max(last, revision)
    return true
  }

  /** Takes one thread, unless a later state of it is known; others may have changed before it. */
  hear(thread: Thread): void {
    const known = this.#threads.get(thread.number)
    if (!known || known.revision < thread.revision) this.#threads.set(thread.number, thread)
  }

  #isOther(thread: Thread): boolean {
    const known = this.#threads.get(thread.number)
    return known !== undefined && identityOf(known) !== identityOf(thread)
  }
}
