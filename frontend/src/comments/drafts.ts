/** What one has written and the server has not stored: one new comment, and an answer a thread. */
import { uuidv4 } from 'lib0/random'
import { written } from '../beside/field'
import type { Anchor } from './anchor'
import { identityOf, type Thread } from './threads'

/** `of`: the identity of the thread that it answers, or NEW. */
export type Draft = {
  of: string
  key: string
  text: string
  /** The words that a new thread would be about. */
  anchor: Anchor | null
  sending: boolean
  /** Why it was not stored. */
  wrong: string | null
}

/** What has no thread yet. */
export const NEW = ''

export class Drafts {
  readonly #drafts = new Map<string, Draft>()

  constructor(readonly self: number) {}

  /** How much would be lost with this page. */
  get size(): number {
    return [...this.#drafts.values()].filter(({ text }) => written(text) !== '').length
  }

  of(identity: string): Draft | undefined {
    return this.#drafts.get(identity)
  }

  begin(identity: string, anchor: Anchor | null = null): void {
    const known = this.#drafts.get(identity)
    const fresh = { key: uuidv4(), text: '', sending: false, wrong: null }
    this.#drafts.set(identity, { ...fresh, ...known, of: identity, anchor })
  }

  change(identity: string, change: Partial<Omit<Draft, 'of'>>): void {
    const known = this.#drafts.get(identity)
    if (known) this.#drafts.set(identity, { ...known, ...change })
  }

  discard(identity: string): void {
    this.#drafts.delete(identity)
  }

  /** Gives up what holds no words. */
  sweep(): void {
    for (const { of, text } of this.#drafts.values()) if (!written(text)) this.discard(of)
  }

  /** The server has stored what has a key that is one's own: it is written no more. */
  heard(thread: Thread): void {
    for (const identity of [identityOf(thread), NEW]) {
      const draft = this.#drafts.get(identity)
      const stored =
        draft && thread.comments.find(({ by, key }) => this.#isOwn(by) && key === draft.key)
      if (!stored) continue
      if (stored.text === written(draft.text) || stored.removed) this.discard(identity)
      // Words that were written otherwise meanwhile are others.
      else this.change(identity, { key: uuidv4() })
    }
  }

  #isOwn(by: { id: number } | null): boolean {
    return by?.id === this.self
  }
}
