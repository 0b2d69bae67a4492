/** Draws who is here: at most five avatars and "+n", each with name and status in words. */
import { html, render, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { RosterEntry } from '../wire/frames'
import { hueOf, initials, patternOf } from './people'

const SHOWN = 5

/** Oneself first, then as long as people have been here. */
export function ordered(people: readonly RosterEntry[], self: number | null): RosterEntry[] {
  const own = people.filter(({ user }) => user === self)
  return [...own, ...people.filter(({ user }) => user !== self)]
}

/** "Ada (you), 2 windows — active" */
export function described(person: RosterEntry, self: number | null): string {
  const name = person.user === self ? `${person.name} (${words.you})` : person.name
  const windows = person.tabs > 1 ? `, ${words.tabs(person.tabs)}` : ''
  return words.person(name + windows, words.status[person.status])
}

export function showRoster(
  place: HTMLElement,
  people: readonly RosterEntry[],
  self: number | null,
): void {
  const all = ordered(people, self)
  const shown = all.length > SHOWN + 1 ? all.slice(0, SHOWN) : all
  const rest = all.slice(shown.length)
  render(
    html`<ul class="avatars" aria-label=${words.roster}>
      ${shown.map((person) => avatar(person, self))} ${rest.length > 0 ? more(rest, self) : null}
    </ul>`,
    place,
  )
}

function avatar(person: RosterEntry, self: number | null): TemplateResult {
  const label = described(person, self)
  return html`<li
    class="avatar"
    role="img"
    data-hue=${hueOf(person.hue)}
    data-pattern=${patternOf(person.hue)}
    data-status=${person.status}
    title=${label}
    aria-label=${label}
  >
    ${initials(person.name)}
  </li>`
}

function more(rest: readonly RosterEntry[], self: number | null): TemplateResult {
  const label = words.moreNames(rest.map((person) => described(person, self)).join('; '))
  return html`<li class="avatar more" role="img" title=${label} aria-label=${label}>
    ${words.more(rest.length)}
  </li>`
}
