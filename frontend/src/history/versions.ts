/** The versions of a document, by day and newest first, with the names that people gave to moments. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { Audience, Bookmark, Redaction } from './book'
import type { People, Person } from './rendering-words'
import type { Sitting } from './sittings'

/** Versions that are shown at first, and again with each wish for more. */
export const PAGE = 30

export type Filter = { person: number | null; since: string; until: string }
export const EVERYTHING: Filter = { person: null, since: '', until: '' }

export type Day = { day: string; sittings: Sitting[] }

/** The newest sittings that a filter lets pass, at most `most`, by day of this browser's clock. */
export function days(all: readonly Sitting[], filter: Filter, most: number): Day[] {
  const found: Day[] = []
  const passed = all.filter((sitting) => passes(sitting, filter))
  for (const sitting of passed.slice(-most).toReversed()) {
    const day = new Date(sitting.to).toDateString()
    const last = found.at(-1)
    if (last?.day === day) last.sittings.push(sitting)
    else found.push({ day, sittings: [sitting] })
  }
  return found
}

export function passes({ authors, from, to }: Sitting, { person, since, until }: Filter): boolean {
  if (person !== null && !authors.includes(person)) return false
  if (since && to < new Date(`${since}T00:00`).getTime()) return false
  return !until || from <= new Date(`${until}T23:59:59.999`).getTime()
}

export type VersionsShown = {
  sittings: readonly Sitting[]
  filter: Filter
  most: number
  people: People
  persons: readonly Person[]
  bookmarks: readonly Bookmark[]
  at: number
  from: number | null
  now: number
  redactions: readonly Redaction[]
  /** Who may see all this; null for those who do not decide it. */
  audience: Audience | null
  mayWrite: boolean
  /** There is a live text in which something can be taken back. */
  mayTakeBack: boolean
  /** The bookmark whose name is being changed. */
  renaming: number | null
}

export interface VersionsActs {
  choose(sitting: Sitting): void
  show(seq: number): void
  filter(filter: Filter): void
  more(): void
  compareWith(seq: number): void
  takeBack(sitting: Sitting, author: number): void
  bookmark(seq: number, name: string): void
  rename(bookmark: number | null): void
  change(bookmark: Bookmark, to: { name?: string; locked?: boolean }): void
  forgetBookmark(bookmark: Bookmark): void
  showTo(audience: Audience): void
}

export function versions(shown: VersionsShown, acts: VersionsActs): TemplateResult {
  const { sittings, filter, most, now } = shown
  const found = days(sittings, filter, most)
  const more = sittings.filter((sitting) => passes(sitting, filter)).length > most
  return html`
    ${marks(shown, acts)} ${filters(shown, acts)}
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

function filters(shown: VersionsShown, acts: VersionsActs): TemplateResult {
  const { filter, persons } = shown
  const changed = (event: Event) => {
    const data = new FormData((event.currentTarget as HTMLFormElement) ?? undefined)
    const person = String(data.get('person') ?? '')
    acts.filter({
      person: person ? Number(person) : null,
      since: String(data.get('since') ?? ''),
      until: String(data.get('until') ?? ''),
    })
  }
  return html`<details class="past-filter" ?open=${filter !== EVERYTHING}>
    <summary>${words.filter}</summary>
    <form @change=${changed} @submit=${(event: Event) => event.preventDefault()}>
      <label>${words.filterPerson}
        <select name="person">
          <option value="">${words.everybody}</option>
          ${persons.map(({ id }) => html`<option value=${id} ?selected=${id === filter.person}>${shown.people.name(id)}</option>`)}
        </select></label>
      <label>${words.filterSince} <input type="date" name="since" .value=${filter.since} /></label>
      <label>${words.filterUntil} <input type="date" name="until" .value=${filter.until} /></label>
    </form>
  </details>`
}

function marks(shown: VersionsShown, acts: VersionsActs): TemplateResult {
  const { bookmarks, mayWrite, at } = shown
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const name = String(new FormData(form).get('name')).trim()
    if (name) acts.bookmark(at, name)
    form.reset()
  }
  return html`
    ${
      bookmarks.length > 0
        ? html`<section aria-label=${words.bookmarks}>
          <h2>${words.bookmarks}</h2>
          <ul class="bookmarks">
            ${bookmarks.map((one) => bookmark(one, shown, acts))}
          </ul>
        </section>`
        : nothing
    }
    ${
      mayWrite
        ? html`<form class="bookmark-add" @submit=${add}>
          <label class="visually-hidden" for="bookmark-name">${words.bookmarkName}</label>
          <input id="bookmark-name" type="text" name="name" maxlength="200" autocomplete="off" placeholder=${words.bookmarkName} />
          <button class="button">${words.bookmarkAdd}</button>
        </form>`
        : nothing
    }
  `
}

function bookmark(one: Bookmark, shown: VersionsShown, acts: VersionsActs): TemplateResult {
  const { mayWrite, renaming, now } = shown
  if (renaming === one.id) return renamed(one, acts)
  return html`<li class="bookmark-one">
    <button class="bookmark-show" type="button" aria-pressed=${shown.at === one.seq} @click=${() => acts.show(one.seq)}>
      <span dir="auto">${one.name}</span>
      <span class="past-soft">${words.when(one.at, now)}${one.locked ? ` · ${words.locked}` : nothing}</span>
    </button>
    ${
      mayWrite
        ? html`<span class="bookmark-acts">
          <button class="button quiet" type="button" @click=${() => acts.change(one, { locked: !one.locked })}>${one.locked ? words.unlock : words.lock}</button>
          <button class="button quiet" type="button" ?disabled=${one.locked} @click=${() => acts.rename(one.id)}>${words.rename}</button>
          <button class="button quiet" type="button" ?disabled=${one.locked} @click=${() => acts.forgetBookmark(one)}>${words.remove}</button>
        </span>`
        : nothing
    }
  </li>`
}

function renamed(one: Bookmark, acts: VersionsActs): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const name = String(new FormData(event.target as HTMLFormElement).get('name')).trim()
    if (name && name !== one.name) acts.change(one, { name })
    acts.rename(null)
  }
  return html`<li class="bookmark-one">
    <form class="bookmark-add" @submit=${submit}>
      <label class="visually-hidden" for="bookmark-rename">${words.bookmarkName}</label>
      <input id="bookmark-rename" type="text" name="name" maxlength="200" autocomplete="off" .value=${one.name} />
      <button class="button">${words.rename}</button>
      <button class="button quiet" type="button" @click=${() => acts.rename(null)}>${words.cancel}</button>
    </form>
  </li>`
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
