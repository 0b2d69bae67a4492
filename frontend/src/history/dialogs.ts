/** A question before an act that reaches far: what it would do, and a button that does it. */
import { html, render } from 'lit-html'
import { words } from '../catalogue'

export type Question = {
  title: string
  hint: string
  /** What the button that does it says. */
  act: string
  /** It cannot be undone. */
  isGrave?: boolean
  /** Draws what it is about; what it answers with is called in the end. */
  body: (place: HTMLElement) => (() => void) | undefined
}

/** Asks, and resolves with the answer. The focus goes back by itself. */
export function confirmed({ title, hint, act, isGrave, body }: Question): Promise<boolean> {
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog past-dialog'
  dialog.setAttribute('aria-labelledby', 'past-question')
  render(
    html`<form method="dialog">
      <h2 id="past-question" dir="auto">${title}</h2>
      <p>${hint}</p>
      <div class="past-about" tabindex="0" role="group" aria-labelledby="past-question"></div>
      <div class="dialog-actions">
        <button class="button" value="" autofocus>${words.cancel}</button>
        <button class=${isGrave ? 'button danger' : 'button primary'} value="yes">${act}</button>
      </div>
    </form>`,
    dialog,
  )
  document.body.append(dialog)
  dialog.showModal()
  const about = dialog.querySelector<HTMLElement>('.past-about')
  const end = about ? body(about) : undefined
  about?.querySelector('.inserted, .deleted')?.scrollIntoView({ block: 'center' })
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      end?.()
      dialog.remove()
      resolve(dialog.returnValue === 'yes')
    })
  })
}
