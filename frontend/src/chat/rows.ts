/** The rows of a chat as they stand below each other: days, and what somebody said without a pause. */
import type { Message, Person, UnsaidReason } from '../wire/frames'
import type { Outgoing, Unsaid } from './outgoing'
import type { Transcript } from './transcript'

export type Fate =
  | { is: 'said' | 'sending' | 'removing' }
  | { is: 'removed'; by: Person | null }
  | { is: 'not-sent'; reason: UnsaidReason }

/** One message; `number` is null while the server has not stored it. */
export type Line = {
  /** The same before and after it is stored. */
  id: string
  key: string
  number: number | null
  by: Person | null
  at: number
  text: string
  fate: Fate
}

export type Row =
  | { kind: 'day'; id: string; at: number }
  | { kind: 'new'; id: string }
  | { kind: 'group'; id: string; by: Person | null; at: number; lines: Line[] }

/** What somebody says within this time (ms) of their last message stands below the same name. */
const PAUSE = 5 * 60_000

/** All lines: what was said, in its order, then what this person (`self`) has still to say. */
export function lines(transcript: Transcript, outgoing: Outgoing, self: Person): Line[] {
  const said = transcript.said.map((message) => ({
    ...message,
    id: message.by ? `${message.by.id} ${message.key}` : String(message.number),
    fate: fateOf(message, transcript, outgoing),
  }))
  // Another clock may be behind the server's.
  const since = said.at(-1)?.at ?? 0
  const unsaid = outgoing.unsaid.map((one) => ({
    id: `${self.id} ${one.key}`,
    key: one.key,
    number: null,
    by: self,
    at: Math.max(one.at, since),
    text: one.text,
    fate: fateOfUnsaid(one),
  }))
  return [...said, ...unsaid]
}

/** Puts lines below days and names; `fresh` is the number of the first that one has not seen. */
export function rows(all: readonly Line[], fresh: number | null): Row[] {
  const found: Row[] = []
  let before: Line | null = null
  for (const line of all) {
    if (!before || !isSameDay(before.at, line.at)) {
      // A day may come twice, where the clocks of two servers differ at midnight.
      found.push({ kind: 'day', id: `day ${line.id}`, at: line.at })
    }
    if (fresh !== null && line.number === fresh) found.push({ kind: 'new', id: 'new' })
    const row = found.at(-1)
    if (row?.kind === 'group' && before && goesOn(before, line)) row.lines.push(line)
    else found.push({ kind: 'group', id: line.id, by: line.by, at: line.at, lines: [line] })
    before = line
  }
  return found
}

function fateOf({ number }: Message, transcript: Transcript, outgoing: Outgoing): Fate {
  const removal = transcript.removalOf(number)
  if (removal) return { is: 'removed', by: removal.by }
  return { is: outgoing.isRemoving(number) ? 'removing' : 'said' }
}

const fateOfUnsaid = ({ reason }: Unsaid): Fate =>
  reason === null ? { is: 'sending' } : { is: 'not-sent', reason }

/** People whose accounts are gone cannot be told apart. */
const goesOn = (before: Line, line: Line): boolean =>
  before.by !== null && before.by.id === line.by?.id && line.at - before.at < PAUSE

const isSameDay = (one: number, other: number): boolean =>
  new Date(one).toDateString() === new Date(other).toDateString()
