/** What the page says about the state of the text: a pure function from state to words. */
import { words } from '../catalogue'
import type { ProviderState } from '../wire/state'
import { maySpeak, mayWrite, type Trouble } from '../wire/terms'

export type Situation = ProviderState & {
  /** The browser believes that there is a network. */
  online: boolean
  /** The document holds parts that the editor does not know. */
  foreign: boolean
}

export type Tone = 'calm' | 'busy' | 'away' | 'error'

/** What a person would call another state: only from one to another is worth hearing about. */
export type Kind =
  | 'connecting'
  | 'saving'
  | 'saved'
  | 'read-only'
  | 'offline'
  | 'unkept'
  | 'stopped'

/** `text` is the status in the header; `sentence` what there is to explain, if anything. */
export type Status = { kind: Kind; text: string; tone: Tone; sentence: string | null }

const STOPPED: Record<number, string> = {
  4400: words.malformed,
  4401: words.signedOut,
  4403: words.noRight,
  4404: words.gone,
  4410: words.ended,
  4413: words.tooLargeFrame,
  4429: words.tooFast,
}

const READ_ONLY = { kind: 'read-only', text: words.readOnly, tone: 'calm' } as const
const MAY_COMMENT = { ...READ_ONLY, text: words.mayComment } as const

export function statusOf(now: Situation): Status {
  if (now.connection.at === 'stopped') return stopped(now, now.connection.code)
  const short = now.connection.at === 'open' && now.welcomed ? here(now) : away(now)
  return { ...short, sentence: sentence(now) }
}

function stopped(now: Situation, code: number): Status {
  const why = STOPPED[code] ?? words.malformed
  return { kind: 'stopped', text: words.stopped, tone: 'error', sentence: why + left(now) }
}

/** Where that is which was typed and has not reached the server. */
function left({ unsent, kept }: Situation): string {
  if (unsent === 0) return ''
  return ` ${kept ? words.notSaved(unsent) : words.notKept(unsent)}`
}

function here(now: Situation): Omit<Status, 'sentence'> {
  if (!mayWrite(now.role)) {
    if (now.unsent === 0) return maySpeak(now.role) ? MAY_COMMENT : READ_ONLY
    const text = now.kept ? words.readOnlyUnsaved : words.readOnlyUnkept
    return { kind: 'read-only', text: text(now.unsent), tone: 'error' }
  }
  if (!now.saved) return { kind: 'saving', text: words.saving, tone: 'busy' }
  return now.foreign ? READ_ONLY : { kind: 'saved', text: words.saved, tone: 'calm' }
}

function away(now: Situation): Omit<Status, 'sentence'> {
  if (now.unsent > 0) {
    return now.kept
      ? { kind: 'offline', text: words.offlineKept(now.stored), tone: 'away' }
      : { kind: 'unkept', text: words.offlineUnkept(now.unsent), tone: 'error' }
  }
  if (!now.online && now.ready) return { kind: 'offline', text: words.offlineSaved, tone: 'away' }
  const text = now.welcomed ? words.reconnecting : words.connecting
  return { kind: 'connecting', text, tone: 'busy' }
}

function sentence(now: Situation): string | null {
  if (now.trouble) return troubleOf(now.trouble)
  if (now.foreign) return words.foreign
  const offline = now.connection.at !== 'open' && now.ready
  return offline && !now.kept && mayWrite(now.role) ? words.unkept : null
}

function troubleOf(trouble: Trouble): string {
  if (trouble.kind === 'refused') return words.refused(trouble.reason)
  return trouble.kind === 'too-large' ? words.tooLarge : words.trashed
}

/** After these closes a reload mends nothing: what is unsent stays so. */
const FOR_GOOD = new Set([4400, 4403, 4404, 4413])

/** Whether what is unsent will not be sent, as far as one can tell. */
export function isStranded({ unsent, connection, welcomed, role }: Situation): boolean {
  if (unsent === 0) return false
  if (connection.at === 'stopped') return FOR_GOOD.has(connection.code)
  return connection.at === 'open' && welcomed && !mayWrite(role)
}

/** Whether the person may type: by right, and because nothing is in the way. */
export function mayEdit(now: Situation): boolean {
  const trashed = now.trouble?.kind === 'trashed'
  return mayWrite(now.role) && !now.foreign && !trashed && now.connection.at !== 'stopped'
}
