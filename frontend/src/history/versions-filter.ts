/** Which versions somebody wants to see: of a person, and of some days of this browser's clock. */
import { html, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { People, Person } from './rendering-words'
import type { Sitting } from './sittings'

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

export type FilterShown = { filter: Filter; people: People; persons: readonly Person[] }

export function filters(
  { filter, people, persons }: FilterShown,
  acts: { filter(filter: Filter): void },
): TemplateResult {
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
          ${persons.map(({ id }) => html`<option value=${id} ?selected=${id === filter.person}>${people.name(id)}</option>`)}
        </select></label>
      <label>${words.filterSince} <input type="date" name="since" .value=${filter.since} /></label>
      <label>${words.filterUntil} <input type="date" name="until" .value=${filter.until} /></label>
    </form>
  </details>`
}
