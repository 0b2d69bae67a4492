/** The strip below a text in author colours: whose colour is whose, and who wrote what is selected. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { Authored } from './blame'
import type { Contribution } from './contributions'
import { type People, writtenIn } from './rendering-words'

/** People who are named: of a text, and of a selection. */
const MOST = 6

export type StripShown = {
  contributions: readonly Contribution[]
  selected: readonly Authored[]
  people: People
  now: number
}

/** What one person wrote of a selection: how many letters, from the first to the last time (ms). */
export type Told = Pick<Authored, 'author' | 'at' | 'until'> & { letters: number }

/** Who wrote a selection, each once, in the order of the text. */
export function byAuthor(selected: readonly Authored[]): Told[] {
  const told = new Map<number | null, Told>()
  for (const { author, at, until, from, to } of selected) {
    const known = told.get(author) ?? { author, at, until, letters: 0 }
    told.set(author, {
      author,
      at: Math.min(known.at, at),
      until: Math.max(known.until, until),
      letters: known.letters + to - from,
    })
  }
  return [...told.values()]
}

export function strip(shown: StripShown | null, hide: () => void): TemplateResult {
  return html`
    ${shown ? legend(shown) : nothing}
    <div class="authors-told" role="status">
      ${shown ? telling(shown) : html`<p class="past-soft">${words.authorsLoading}</p>`}
    </div>
    <button class="button" type="button" @click=${hide}>${words.authorsHide}</button>
  `
}

function legend({ contributions, people }: StripShown): TemplateResult {
  const known = contributions.filter(({ author }) => author !== null)
  const more = known.length - MOST
  return html`<ul class="authors-legend" aria-label=${words.contributions}>
    ${known.slice(0, MOST).map(
      ({ author, share }) => html`<li>
        ${who(author, people)} <span class="past-soft">${Math.round(share * 100)} %</span>
      </li>`,
    )}
    ${more > 0 ? html`<li class="past-soft">${words.moreAuthors(more)}</li>` : nothing}
  </ul>`
}

function telling({ selected, people, now }: StripShown): TemplateResult {
  const told = byAuthor(selected)
  const more = told.length - MOST
  if (told.length === 0) return html`<p class="past-soft">${words.authorsHint}</p>`
  return html`<ul>
    ${told.slice(0, MOST).map(
      (one) => html`<li data-hue=${people.drawn(one.author)['data-hue'] ?? nothing}>
        <span class="who">${writtenIn(one, people, now)}</span>
        <span class="past-soft">· ${words.lettersOf(one.letters)}</span>
      </li>`,
    )}
    ${more > 0 ? html`<li class="past-soft">${words.moreAuthors(more)}</li>` : nothing}
  </ul>`
}

function who(author: number | null, people: People): TemplateResult {
  const { 'data-hue': hue, 'data-pattern': pattern } = people.drawn(author)
  return html`<span class="who authored" dir="auto" data-hue=${hue ?? nothing} data-pattern=${pattern ?? nothing}>${people.name(author)}</span>`
}
