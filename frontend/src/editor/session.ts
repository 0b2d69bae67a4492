/**
 * Who opens which document: told by the page, or (the shell page, offline) by the address and by what
 * the last page that was online left in localStorage.
 */
import type { Person, Role } from '../wire/frames'

export type Session = {
  document: string
  user: Person
  role: Role | null
  socket: string
  title: string
  /** The page came from the service worker: it holds no text of the document. */
  shell: boolean
  /** The person may see the history, */
  history: boolean
  /** and came for it. */
  past: boolean
}

type Told = {
  document: string | null
  user: Person | null
  role: Role | null
  socket: string | null
  title: string | null
  history: boolean
  past: boolean
}

const PREFIX = 'palimpsest.'
const USER_KEY = `${PREFIX}user`
const titleKey = (document: string): string => `${PREFIX}title.${document}`
/** Where a document is shown, by itself or with its history; below are also forms, and nothing. */
const SHOWN = /^\/documents\/([0-9a-f-]{36})\/(?:history\/)?$/

/** Reads `<script id="session">`. Null: nobody is known here, so there is nothing to open. */
export function sessionOf(page: Document, path: string): Session | null {
  const told = JSON.parse(page.querySelector('#session')?.textContent ?? 'null') as Told | null
  if (told?.document && told.user) {
    localStorage.setItem(USER_KEY, JSON.stringify(told.user))
    rememberTitle(told.document, told.title ?? '')
    return { ...told, document: told.document, user: told.user, ...defaults(told, told.document) }
  }
  const document = documentAt(path)
  const user = remembered()
  if (!document || !user) return null
  return { document, user, role: null, ...defaults(null, document), shell: true }
}

/** Which document an address shows. */
export const documentAt = (path: string): string | null => SHOWN.exec(path)?.[1] ?? null

/** The title that the document had when it was last open here. */
export const titleOf = (document: string): string => localStorage.getItem(titleKey(document)) ?? ''

function defaults(told: Told | null, document: string) {
  const socket = told?.socket ?? `/ws/documents/${document}`
  const title = told?.title ?? titleOf(document)
  const { history, past } = told ?? { history: false, past: false }
  return { socket, title, shell: false, history, past }
}

/** Keeps the title for the time without a network. */
export function rememberTitle(document: string, title: string): void {
  localStorage.setItem(titleKey(document), title)
}

function remembered(): Person | null {
  return JSON.parse(localStorage.getItem(USER_KEY) ?? 'null') as Person | null
}

/** The user of this browser is gone, and with them the titles of what they read. */
export function forgetUser(): void {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
  for (const key of keys) localStorage.removeItem(key)
}

/** The WebSocket address of a path on this server. */
export function socketUrl(path: string, { protocol, host }: Location = location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`
}
