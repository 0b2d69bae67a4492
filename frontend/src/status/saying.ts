/** One sentence at the foot of the page about what was just done, read aloud, and a way to undo it. */
import { html, nothing, render } from 'lit-html'
import { words } from '../catalogue'

export type Undo = { label: string; run: () => void }

type Places = { toast: HTMLElement; heard: HTMLElement }

let places: Places | null = null

/** Says a sentence in the place of the one before. */
export function say(sentence: string, undo: Undo | null = null): void {
  const { toast, heard } = standing()
  const run = () => {
    hush()
    undo?.run()
  }
  render(
    html`<span dir="auto">${sentence}</span>
      <div class="toast-acts">
        ${undo ? html`<button type="button" @click=${run}>${undo.label}</button>` : nothing}
        <button type="button" @click=${hush}>${words.dismiss}</button>
      </div>`,
    toast,
  )
  toast.hidden = false
  // A region is heard when it changes, not when it comes.
  setTimeout(() => {
    heard.textContent = sentence
  })
}

export function hush(): void {
  if (!places) return
  places.toast.hidden = true
  places.heard.textContent = ''
}

function standing(): Places {
  if (places?.toast.isConnected) return places
  const toast = document.createElement('div')
  toast.className = 'toast'
  const heard = document.createElement('p')
  heard.className = 'visually-hidden'
  heard.setAttribute('role', 'status')
  document.body.append(heard, toast)
  places = { toast, heard }
  return places
}
