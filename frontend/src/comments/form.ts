/** Where one writes a comment or an answer, as it is drawn. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { left } from '../beside/field'
import { words } from '../catalogue'
import type { Draft } from './drafts'
import type { Acts, Shown } from './view'

type Place = { id: string; label: string; shown: Shown; acts: Acts }

export function form(draft: Draft, { id, label, shown, acts }: Place): TemplateResult {
  const count = shown.most - draft.text.trim().length
  const write = ({ target }: Event) => acts.write(draft, (target as HTMLTextAreaElement).value)
  return html`<form class="thread-form" @submit=${(event: Event) => acts.send(draft, event)}>
    <label class="visually-hidden" for=${id}>${label}</label>
    <textarea id=${id} rows="1" dir="auto" placeholder=${`${label}…`} .value=${live(draft.text)} ?readonly=${draft.sending} aria-describedby="${id}-left ${id}-wrong" aria-invalid=${count < 0} @input=${write} @keydown=${(event: KeyboardEvent) => acts.key(event, draft)}></textarea>
    ${left(`${id}-left`, count)}
    <p id="${id}-wrong" class="wrong" role="alert">${draft.wrong ?? nothing}</p>
    <div class="thread-acts">
      <button class="button primary" aria-disabled=${draft.sending}>${draft.sending ? words.sending : words.send}</button>
      <button class="button quiet" type="button" @click=${() => acts.cancel(draft)}>${words.cancel}</button>
    </div>
  </form>`
}
