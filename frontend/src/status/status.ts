/** What the page says about the state of the text: a pure function from state to words. */
import { words } from '../catalogue'
import type { ProviderState } from '../wire/state'
import { mayWrite, type Trouble } from '../wire/terms'

export type Situation = ProviderState & {
  /** The browser believes that there is a network. */
  online: boolean
  /** The document holds parts that the editor does not know. */
  foreign: boolean
}

export type Tone = 'calm' | 'busy' | 'away' | 'error'

/** `text` is the status in the header; `sentence` what there is to explain, if anything. */
export type Status = { text: string; tone: Tone; sentence: string | null }

const STOPPED: Record<number, string> = {
  4400: words.malformed,
  4401: words.signedOut,
  4403: words.noRight,
  4404: words.gone,
  4413: words.tooLargeFrame,
  4429: words.tooFast,
}

export function statusOf(now: Situation): Status {
  if (now.connection.at === 'stopped') return stopped(now, now.connection.code)
  const short = now.connection.at === 'open' && now.welcomed ? here(now) : away(now)
  return { ...short, sentence: sentence(now) }
}

function stopped(now: Situation, code: number): Status {
  const why = STOPPED[code] ?? words.malformed
  const kept = now.unsent > 0 ? ` ${words.notSaved(now.unsent)}` : ''
  return { text: words.stopped, tone: 'error', sentence: why + kept }
}

function here(now: Situation): Omit<Status, 'sentence'> {
  if (!mayWrite(now.role)) {
    if (now.unsent > 0) return { text: words.readOnlyUnsaved(now.unsent), tone: 'error' }
    return { text: words.readOnly, tone: 'calm' }
  }
  if (!now.saved) return { text: words.saving, tone: 'busy' }
  return now.foreign ? { text: words.readOnly, tone: 'calm' } : { text: words.saved, tone: 'calm' }
}

function away(now: Situation): Omit<Status, 'sentence'> {
  if (now.unsent > 0) {
    const text = now.kept ? words.offlineKept(now.unsent) : words.offlineUnkept(now.unsent)
    return { text, tone: now.kept ? 'away' : 'error' }
  }
  if (!now.online && now.ready) return { text: words.offlineSaved, tone: 'away' }
  return { text: now.welcomed ? words.reconnecting : words.connecting, tone: 'busy' }
}

function sentence(now: Situation): string | null {
  if (now.trouble) return troubleOf(now.trouble)
  return now.foreign ? words.foreign : null
}

function troubleOf(trouble: Trouble): string {
  if (trouble.kind === 'refused') return words.refused(trouble.reason)
  return trouble.kind === 'too-large' ? words.tooLarge : words.trashed
}

/** Whether the person may type: by right, and because nothing is in the way. */
export function mayEdit(now: Situation): boolean {
  const trashed = now.trouble?.kind === 'trashed'
  return mayWrite(now.role) && !now.foreign && !trashed && now.connection.at !== 'stopped'
}
