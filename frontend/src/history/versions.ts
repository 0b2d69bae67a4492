/** The versions of a document, by day and newest first, and what stands around them. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { Audience, Redaction } from './book'
import { type BookmarksActs, type BookmarksShown, bookmarks } from './bookmarks'
import type { People } from './rendering-words'
import type { Sitting } from './sittings'
import { days, type Filter, type FilterShown, filters, passes } from './versions-filter'

/** Versions that are shown at first, and again with each wish for more. */
export const PAGE = 30

export type VersionsShown = FilterShown &
  BookmarksShown & {
    sittings: readonly Sitting[]
    most: number
    from: number | null
    redactions: readonly Redaction[]
    /** Who may see all this; null for those who do not decide it. */
    audience: Audience | null
    /** There is a live text in which something can be taken back. */
    mayTakeBack: boolean
  }

export interface VersionsActs extends BookmarksActs {
  choose(sitting: Sitting): void
  filter(filter: Filter): void
  more(): void
  compareWith(seq: number): void
  takeBack(sitting: Sitting, author: number): void
  showTo(audience: Audience): void
}

export function versions(shown: VersionsShown, acts: VersionsActs): TemplateResult {
  const { sittings, filter, most, now } = shown
  const found = days(sittings, filter, most)
  const more = sittings.filter((sitting) => passes(sitting, filter)).length > most
  return html`
    ${bookmarks(shown, acts)} ${filters(shown, acts)}
    ${found.length === 0 ? html`<p class="past-none">${words.noVersions}</p>` : nothing}
    ${found.map(
      ({ day, sittings: those }) => html`<section aria-label=${words.dayOf(new Date(day), now)}>
        <h2>${words.dayOf(new Date(day), now)}</h2>
        <ul class="versions">
          ${those.map((sitting) => version(sitting, shown, acts))}
        </ul>
      </section>`,
    )}
    ${more ? html`<button class="button past-more" type="button" @click=${acts.more}>${words.olderVersions}</button>` : nothing}
    ${redactions(shown)} ${audience(shown, acts)}
  `
}

function version(sitting: Sitting, shown: VersionsShown, acts: VersionsActs): TemplateResult {
  const { people, at, from, mayTakeBack } = shown
  const { first, last, authors, changes, added, removed } = sitting
  const chosen = at === last && from === first - 1
  return html`<li class=${chosen ? 'version chosen' : 'version'}>
    <button class="version-show" type="button" aria-pressed=${chosen} @click=${() => acts.choose(sitting)}>
      <span class="version-time">${words.hours(sitting.from, sitting.to)}</span>
      <span class="version-who">
        ${authors.map((author) => html`<span class="who" data-hue=${people.drawn(author)['data-hue'] ?? nothing}>${people.name(author)}</span>`)}
      </span>
      <span class="version-changes">${words.changes(changes)}</span>
      ${twoTones(added, removed)}
      <span class="visually-hidden">${words.addedRemoved(added, removed)}</span>
    </button>
    ${chosen ? chosenActs(sitting, mayTakeBack, people, acts) : nothing}
  </li>`
}

/** How much was added, and how much of it all was removed. */
function twoTones(added: number, removed: number): TemplateResult {
  const share = added + removed === 0 ? 0 : (added / (added + removed)) * 100
  return html`<svg class="version-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<rect class="added" width=${share} height="4" /><rect class="removed" x=${share} width=${100 - share} height="4" />`}
  </svg>`
}

function chosenActs(
  sitting: Sitting,
  mayTakeBack: boolean,
  people: People,
  acts: VersionsActs,
): TemplateResult {
  return html`<div class="version-acts">
    <button class="button quiet" type="button" @click=${() => acts.compareWith(sitting.last)}>${words.compareWithNow}</button>
    ${
      mayTakeBack
        ? sitting.authors.map(
            (
              author,
            ) => html`<button class="button quiet" type="button" @click=${() => acts.takeBack(sitting, author)}>
            ${words.takeBackOf(people.name(author))}
          </button>`,
          )
        : nothing
    }
  </div>`
}

function redactions({ redactions, people, now }: VersionsShown): TemplateResult | typeof nothing {
  if (redactions.length === 0) return nothing
  return html`<section aria-label=${words.redactions}>
    <h2>${words.redactions}</h2>
    <ul class="finds">
      ${redactions.map(({ by, at }) => html`<li>${words.redactedBy(people.name(by), words.when(at, now))}</li>`)}
    </ul>
  </section>`
}

function audience(
  { audience }: VersionsShown,
  acts: VersionsActs,
): TemplateResult | typeof nothing {
  if (!audience) return nothing
  const changed = (event: Event) =>
    acts.showTo((event.target as HTMLSelectElement).value as Audience)
  return html`<label class="past-audience">${words.audience}
    <select @change=${changed}>
      ${(['owner', 'editors', 'readers'] as const).map((one) => html`<option value=${one} ?selected=${one === audience}>${words.audiences[one]}</option>`)}
    </select></label>`
}
