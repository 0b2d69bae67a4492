/** What a provider says about itself, and what it is told. */
import type * as Y from 'yjs'
import type { ConnectionState } from './connection'
import type { Frame, Role, RosterEntry } from './frames'
import type { Shared } from './replica'
import type { Trouble } from './terms'

export type ProviderState = {
  connection: ConnectionState
  /** The server answered at least once since the page was opened. */
  welcomed: boolean
  /** There is a text to show: a local copy, or the server's. */
  ready: boolean
  role: Role | null
  unsent: number
  /** This device stores what is unsent, */
  kept: boolean
  /** and so much of it is stored by now. */
  stored: number
  saved: boolean
  trouble: Trouble | null
}

export type ProviderEvents = {
  changed: (state: ProviderState) => void
  /** `doc` and `awareness` are ready, or are new objects. */
  replaced: () => void
  roster: (people: RosterEntry[]) => void
  /** Every frame, once what it says of text and rights is known here. */
  heard: (frame: Frame) => void
  /** Rows have come and are about to be shown: the types they changed, in a document of their own. */
  arriving: (base: Y.Doc, types: Set<Shared>) => void
}

export type ProviderOptions = {
  document: string
  user: number
  url: string
  role: Role | null
  events: ProviderEvents
}
