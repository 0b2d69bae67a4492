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
}

type Told = {
  document: string | null
  user: Person | null
  role: Role | null
  socket: string | null
  title: string | null
}

const USER_KEY = 'palimpsest.user'
const PATH = /^\/documents\/([0-9a-f-]{36})\//

/** Reads `<script id="session">`. Null: nobody is known here, so there is nothing to open. */
export function sessionOf(page: Document, path: string): Session | null {
  const told = JSON.parse(page.querySelector('#session')?.textContent ?? 'null') as Told | null
  if (told?.document && told.user) {
    remember(told.user)
    return { ...told, document: told.document, user: told.user, ...defaults(told, told.document) }
  }
  const document = PATH.exec(path)?.[1]
  const user = remembered()
  if (!document || !user) return null
  return { document, user, role: null, ...defaults(null, document), shell: true }
}

function defaults(told: Told | null, document: string) {
  const socket = told?.socket ?? `/ws/documents/${document}`
  return { socket, title: told?.title ?? '', shell: false }
}

function remember(user: Person): void {
  localStorage.setItem(USER_KEY, JSON.stringify(user))
}

function remembered(): Person | null {
  return JSON.parse(localStorage.getItem(USER_KEY) ?? 'null') as Person | null
}

/** The user of this browser is gone. */
export function forgetUser(): void {
  localStorage.removeItem(USER_KEY)
}

/** The id of the user who was here last. */
export const lastUser = (): number | null => remembered()?.id ?? null

/** The WebSocket address of a path on this server. */
export function socketUrl(path: string, { protocol, host }: Location = location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`
}
