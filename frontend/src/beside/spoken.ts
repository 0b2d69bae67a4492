/** What people say beside the text, as it is drawn: who, when, and their words. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { guard } from 'lit-html/directives/guard.js'
import { words } from '../catalogue'
import { initials, patternOf } from '../presence/people'
import type { Person } from '../wire/frames'
import { parts } from './links'

export const nameOf = (by: Person | null): string => by?.name ?? words.formerMember

/** Somebody's name, and when they said it. The colour is that of what it stands in (`data-hue`). */
export const speaker = (by: Person | null, at: number, time: string): TemplateResult => html`
  <span class="avatar" data-pattern=${by ? patternOf(by.hue) : nothing} aria-hidden="true">${by ? initials(by.name) : '·'}</span>
  <p class="spoken-by"><span class="spoken-name" dir="auto">${nameOf(by)}</span> <time datetime=${new Date(at).toISOString()}>${time}</time></p>`

/** Words, and addresses that lead somewhere. */
export const spoken = (text: string): unknown =>
  guard([text], () => parts(text).map(({ text, href }) => (href ? link(text, href) : text)))

const link = (text: string, href: string): TemplateResult =>
  html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow"><bdi>${text}</bdi></a>`
