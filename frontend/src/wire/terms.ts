/** On what terms this browser is in a document: what the server allows it, and what went wrong. */
import type { Limits, Role } from './frames'

export type Trouble =
  | { kind: 'refused'; reason: string }
  | { kind: 'too-large' }
  | { kind: 'trashed' }

export type Terms = {
  role: Role | null
  limits: Limits
  /** The server answered at least once since the page was opened. */
  welcomed: boolean
  trouble: Trouble | null
}

/** What holds until the server has said more; limits as it has them when nobody changed them. */
export const termsOf = (role: Role | null): Terms => ({
  role,
  limits: { update: 512_000, reply: 8_388_608, awareness: 4096 },
  welcomed: false,
  trouble: null,
})

export const mayWrite = (role: Role | null): boolean => role === 'owner' || role === 'editor'

/** Whether a role may read the document's chat and speak in it: readers of the text may not. */
export const maySpeak = (role: Role | null): boolean => mayWrite(role) || role === 'commenter'
