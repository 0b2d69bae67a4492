/** The HTTP API of a document's comments. Every call throws Refused and Unreachable. */
import { ask, Unreachable } from '../api'
import { LONGEST } from '../beside/rounds'
import type { Anchor } from './anchor'
import type { Batch, Thread } from './threads'

/** One's words, by the key under which the server stores them once. */
export type Words = { key: string; text: string }

/** An anchor, and the epoch in which it was seen: words of another one the server does not keep. */
export type Seen = Anchor & { epoch: number }

export type Calls = {
  after: (revision: number) => Promise<Batch>
  begin: (words: Words & Seen) => Promise<Thread>
  answer: (thread: number, words: Words) => Promise<Thread>
  settle: (thread: number, settled: boolean) => Promise<Thread>
  move: (thread: number, anchor: Seen) => Promise<void>
  remove: (thread: number, comment: number) => Promise<Thread>
}

export function callsOf(document: string): Calls {
  const call = (method: string, path: string, body?: unknown) =>
    ask(method, `/documents/${document}/comments${path}`, body, AbortSignal.timeout(LONGEST))
  const given = async <T>(answer: Promise<unknown>): Promise<T> => {
    const json = await answer
    // An answer that broke off has no words.
    if (!json) throw new Unreachable()
    return json as T
  }
  return {
    after: (revision) => given(call('GET', `?after=${revision}`)),
    begin: ({ key, text, start, end, quote, epoch }) =>
      given(call('POST', '', { key, text, start, end, quote, epoch })),
    answer: (thread, { key, text }) => given(call('POST', `/${thread}`, { key, text })),
    settle: (thread, settled) => given(call('PUT', `/${thread}/settled`, { settled })),
    move: async (thread, { start, end, quote, epoch }) => {
      await call('PUT', `/${thread}/anchor`, { start, end, quote, epoch })
    },
    remove: (thread, comment) => given(call('DELETE', `/${thread}/${comment}`)),
  }
}
