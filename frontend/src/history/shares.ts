/** Whose words the text is made of, and who wrote what is selected. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { Authored } from './blame'
import type { Contribution } from './contributions'
import { type People, writtenIn } from './rendering-words'

export type SharesShown = {
  contributions: readonly Contribution[]
  selected: readonly Authored[]
  people: People
  now: number
}

export function shares({ contributions, selected, people, now }: SharesShown): TemplateResult {
  return html`
    <h3 id="past-shares">${words.contributions}</h3>
    <p class="past-soft">${words.contributionsHint}</p>
    <table class="shares" aria-labelledby="past-shares">
      <tbody>
        ${contributions.map(({ author, characters, share }) => {
          const { 'data-hue': hue } = people.drawn(author)
          return html`<tr data-hue=${hue ?? nothing}>
            <th scope="row"><span class="who" data-hue=${hue ?? nothing}>${author === null ? words.notSavedYet : people.name(author)}</span></th>
            <td class="share-bar"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${svg`<rect width=${share * 100} height="6" />`}</svg></td>
            <td>${words.shareOf(share, characters)}</td>
          </tr>`
        })}
      </tbody>
    </table>
    <h3>${words.selectedWords}</h3>
    <div role="status">
      ${selected.length === 0 ? html`<p class="past-soft">${words.selectHint}</p>` : nothing}
      <ul class="finds">
        ${selected.map(
          (range) => html`<li class="find">
            <q dir="auto">${range.text}</q>
            <p class="past-soft">${writtenIn(range, people, now)}</p>
          </li>`,
        )}
      </ul>
    </div>
  `
}
