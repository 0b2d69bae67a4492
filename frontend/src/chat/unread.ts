/** How much of a chat one has not seen, and how far one has: kept per person and document. */
import type { Transcript } from './transcript'

/** `more`: there may be others among those that are not known here. */
export type Unread = { count: number; more: boolean; first: number | null }

/** What others said after `seen`. Who said something has seen all that was before it. */
export function unread(transcript: Transcript, seen: number, self: number): Unread {
  const { said } = transcript
  const own = said.findLast(({ by }) => by?.id === self)?.number ?? 0
  const from = Math.max(seen, own)
  const fresh = said.filter(({ number }) => number > from && !transcript.removalOf(number))
  const more = transcript.hasEarlier && (transcript.first ?? 0) > from + 1
  return { count: fresh.length, more: more && fresh.length > 0, first: fresh[0]?.number ?? null }
}

/** The number that was last seen. Like all of `palimpsest.` it goes when one logs out. */
export class Seen {
  readonly key: string

  constructor(user: number, document: string) {
    this.key = `palimpsest.chat.${user}.${document}`
  }

  get number(): number {
    return Number(localStorage.getItem(this.key)) || 0
  }

  /** All up to this message was seen, in this window or another. */
  reach(number: number): void {
    if (number > this.number) localStorage.setItem(this.key, String(number))
  }
  /** There are no messages after this one: the server was put back to an older backup. */
  lower(number: number): void {
    if (number < this.number) localStorage.setItem(this.key, String(number))
  }
}
