/** One question before something is lost: the calm answer stands first and has the focus. */
import { html, render } from 'lit-html'

export type Question = { title: string; body: string; stay: string; go: string }

/** Asks, and resolves with whether to go on. The focus goes back by itself. */
export function mayGoOn({ title, body, stay, go }: Question): Promise<boolean> {
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog'
  dialog.setAttribute('aria-labelledby', 'question')
  dialog.setAttribute('aria-describedby', 'question-body')
  render(
    html`<form method="dialog">
      <h2 id="question">${title}</h2>
      <p id="question-body">${body}</p>
      <div class="dialog-actions">
        <button class="button" value="stay" autofocus>${stay}</button>
        <button class="button danger" value="go">${go}</button>
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
