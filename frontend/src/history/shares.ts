/** Whose words the text is made of, and who wrote what is selected. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { Quoted } from './blame'
import type { Contribution } from './contributions'
import { type People, writtenIn } from './rendering-words'

/** Stretches of a selection that are told. */
const MOST = 30

export type SharesShown = {
  contributions: readonly Contribution[]
  selected: readonly Quoted[]
  people: People
  now: number
}

export function shares({ contributions, selected, people, now }: SharesShown): TemplateResult {
  return html`
    <h2 id="past-shares">${words.contributions}</h2>
    <p class="past-soft">${words.contributionsHint}</p>
    <ul class="shares" aria-labelledby="past-shares">
      ${contributions.map(({ author, characters, share }) => {
        const { 'data-hue': hue, 'data-pattern': pattern } = people.drawn(author)
        const name = author === null ? words.notToldYet : people.name(author)
        return html`<li data-hue=${hue ?? nothing}>
          <span class="who" data-pattern=${pattern ?? nothing}>${name}</span>
          <span class="past-soft">${words.shareOf(share, characters)}</span>
          <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">${svg`<rect width=${share * 100} height="4" />`}</svg>
        </li>`
      })}
    </ul>
    <h2>${words.selectedWords}</h2>
    <div role="status">
      ${selected.length === 0 ? html`<p class="past-soft">${words.selectHint}</p>` : nothing}
      <ul class="finds">
        ${selected.slice(0, MOST).map(
          (range) => html`<li class="find">
            <q dir="auto">${range.text}</q>
            <p class="past-soft">${writtenIn(range, people, now)}</p>
          </li>`,
        )}
      </ul>
    </div>
  `
}
