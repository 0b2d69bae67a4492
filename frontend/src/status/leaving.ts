/** Asks before unsent edits are left behind: when the page closes, and before logging out. */
import { html, render } from 'lit-html'
import { cookie } from '../api'
import { words } from '../catalogue'
import { forgetUser } from '../editor/session'
import { forget, unsent } from '../wire/copy'

/** The browser asks before it leaves while `count` says that something is unsent. */
export function warnBeforeLeaving(count: () => number): () => void {
  const warn = (event: BeforeUnloadEvent) => {
    if (count() > 0) event.preventDefault()
  }
  addEventListener('beforeunload', warn)
  return () => removeEventListener('beforeunload', warn)
}

/** What an open document has to say when somebody logs out. */
type Open = { unsent: () => number; leaving: () => void }

const NOTHING_OPEN: Open = { unsent: () => 0, leaving: () => {} }

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
  if (count > 0 && !(await confirmed(count))) return
  open.leaving()
  await forget()
  forgetUser()
  prove(form)
  form.submit()
}

/** The shell page, which is nobody's, has no CSRF token of its own. */
function prove(form: HTMLFormElement): void {
  if (form.elements.namedItem('csrfmiddlewaretoken')) return
  const field = document.createElement('input')
  field.type = 'hidden'
  field.name = 'csrfmiddlewaretoken'
  field.value = cookie('csrftoken')
  form.append(field)
}

function confirmed(count: number): Promise<boolean> {
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog'
  render(
    html`<form method="dialog">
      <h2>${words.logoutTitle}</h2>
      <p>${words.logoutBody(count)}</p>
      <div class="dialog-actions">
        <button class="button" value="stay" autofocus>${words.logoutStay}</button>
        <button class="button danger" value="go">${words.logoutGo}</button>
      </div>
    </form>`,
    dialog,
  )
  document.body.append(dialog)
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(dialog.returnValue === 'go')
    })
  })
}
