/** Asks before unsent edits are left behind: when the page closes, and before logging out. */
import { cookie } from '../api'
import { words } from '../catalogue'
import { forgetUser } from '../editor/session'
import { forget, unsent } from '../wire/copy'
import { mayGoOn, type Question } from './asking'

/** The browser asks before it leaves while `count` says that something is unsent. */
export function warnBeforeLeaving(count: () => number): () => void {
  const warn = (event: BeforeUnloadEvent) => {
    if (count() > 0) event.preventDefault()
  }
  addEventListener('beforeunload', warn)
  return () => removeEventListener('beforeunload', warn)
}

/** How much one has said that the server has not stored. */
type Unsaid = { messages: number; comments: number }

/** What an open document has to say when somebody logs out. */
type Open = { unsent: () => number; unsaid: () => Unsaid; leaving: () => void }

const NOTHING_OPEN: Open = {
  unsent: () => 0,
  unsaid: () => ({ messages: 0, comments: 0 }),
  leaving: () => {},
}

/**
 * Logging out (`form#logout`, on any page) asks about unsent edits, deletes everything that this
 * browser keeps of documents, and only then goes on.
 */
export function guardLogout(open: Open = NOTHING_OPEN): void {
  const form = document.querySelector<HTMLFormElement>('form#logout')
  form?.addEventListener('submit', (event) => {
    event.preventDefault()
    void logOut(form, open)
  })
}

async function logOut(form: HTMLFormElement, open: Open): Promise<void> {
  // Where nothing can be stored, only the open page knows.
  const count = Math.max(await unsent(), open.unsent())
  const unsaid = open.unsaid()
  const all = count + unsaid.messages + unsaid.comments
  if (all > 0 && !(await mayGoOn(farewell(count, unsaid)))) return
  open.leaving()
  await forget()
  forgetUser()
  prove(form)
  form.submit()
}

const farewell = (changes: number, { messages, comments }: Unsaid): Question => ({
  title: words.logoutTitle,
  body: words.logoutBody(changes, messages, comments),
  stay: words.logoutStay,
  go: words.logoutGo,
})

/** The shell page, which is nobody's, has no CSRF token of its own. */
function prove(form: HTMLFormElement): void {
  if (form.elements.namedItem('csrfmiddlewaretoken')) return
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = 'csrfmiddlewaretoken'
  field.value = cookie('csrftoken')
  form.append(field)
}
