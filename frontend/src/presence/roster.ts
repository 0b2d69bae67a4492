/** Draws who is here: at most five avatars and "+n", each with name and status in words. */
import { html, render, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { RosterEntry } from '../wire/frames'
import { hueOf, initials, patternOf } from './people'

const SHOWN = 5

/** "Ada, 2 windows — active" */
function described(person: RosterEntry): string {
  const windows = person.tabs > 1 ? `, ${words.tabs(person.tabs)}` : ''
  return words.person(person.name + windows, words.status[person.status])
}

/** Shows who is here, but for oneself, who is in the menu beside it. Null: shows everybody. */
export function showRoster(
  place: HTMLElement,
  people: readonly RosterEntry[],
  self: number | null,
): void {
  const all = people.filter(({ user }) => user !== self)
  const shown = all.length > SHOWN + 1 ? all.slice(0, SHOWN) : all
  const rest = all.slice(shown.length)
  render(
    html`<div class="avatars" role="group" aria-label=${words.roster}>
      ${shown.map((person) => avatar(person))} ${rest.length > 0 ? more(rest) : null}
    </div>`,
    place,
  )
}

function avatar(person: RosterEntry): TemplateResult {
  const label = described(person)
  return html`<span
    class="avatar"
    role="img"
    data-hue=${hueOf(person.hue)}
    data-pattern=${patternOf(person.hue)}
    data-status=${person.status}
    title=${label}
    aria-label=${label}
  >
    ${initials(person.name)}
  </span>`
}

function more(rest: readonly RosterEntry[]): TemplateResult {
  const label = words.moreNames(rest.map((person) => described(person)).join('; '))
  return html`<span class="avatar more" role="img" title=${label} aria-label=${label}>
    ${words.more(rest.length)}
  </span>`
}
