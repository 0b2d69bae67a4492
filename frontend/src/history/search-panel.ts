/** Finding words that may no longer be in the text: who wrote them, and who deleted them. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { People } from './rendering-words'
import type { Find } from './search'

export type SearchShown = {
  phrase: string
  /** Null: nothing was asked yet. */
  finds: readonly Find[] | null
  people: People
  now: number
  mayWrite: boolean
}

export interface SearchActs {
  search(phrase: string): void
  /** Where it stands, or last stood. */
  showFind(find: Find): void
  /** When it could first be read. */
  showBirth(find: Find): void
  putBack(find: Find): void
}

export function searchPanel(shown: SearchShown, acts: SearchActs): TemplateResult {
  const { phrase, finds } = shown
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    acts.search(String(new FormData(event.target as HTMLFormElement).get('phrase')))
  }
  return html`
    <form class="past-search" role="search" @submit=${submit}>
      <label for="past-phrase">${words.searchPast}</label>
      <div class="past-row">
        <input id="past-phrase" name="phrase" type="search" autocomplete="off" .value=${phrase} />
        <button class="button">${words.search}</button>
      </div>
    </form>
    <p role="status" class="past-soft">${finds ? words.found(finds.length) : words.searchHint}</p>
    <ul class="finds">${finds?.map((find) => found(find, shown, acts)) ?? nothing}</ul>
  `
}

function found(
  find: Find,
  { people, now, mayWrite }: SearchShown,
  acts: SearchActs,
): TemplateResult {
  const { text, born, authors, died } = find
  const writers = authors.map((author) => people.name(author))
  return html`<li class="find">
    <q dir="auto" class=${died ? 'gone' : nothing}>${text}</q>
    <p class="past-soft">${words.writtenByAll(writers, words.when(born.at, now))}</p>
    ${died ? html`<p class="past-soft">${words.deletedBy(people.name(died.author), words.when(died.at, now), [])}</p>` : nothing}
    <div class="version-acts">
      <button class="button quiet" type="button" @click=${() => acts.showFind(find)}>${words.showMoment}</button>
      <button class="button quiet" type="button" @click=${() => acts.showBirth(find)}>${words.showBirth}</button>
      ${died && mayWrite ? html`<button class="button quiet" type="button" @click=${() => acts.putBack(find)}>${words.putBack}</button>` : nothing}
    </div>
  </li>`
}
