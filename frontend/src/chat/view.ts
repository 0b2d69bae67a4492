/** How the chat's panel looks: a pure drawing of what it knows. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { guard } from 'lit-html/directives/guard.js'
import { repeat } from 'lit-html/directives/repeat.js'
import { words } from '../catalogue'
import { hueOf, initials, patternOf } from '../presence/people'
import type { Person } from '../wire/frames'
import { parts } from './links'
import type { Line, Row } from './rows'

export type Shown = {
  state: 'loading' | 'failed' | 'here'
  rows: readonly Row[]
  now: number
  hasEarlier: boolean
  turning: boolean
  /** Others said something below what is in sight. */
  below: boolean
  /** Messages are drawn that were not just said: nobody should have them read aloud. */
  quiet: boolean
  connection: 'here' | 'away' | 'stopped'
  /** Characters that may still be written. */
  left: number
  mayRemove: (line: Line) => boolean
}

export interface Acts {
  close(): void
  key(event: KeyboardEvent): void
  scrolled(): void
  earlier(): void
  retry(): void
  toEnd(): void
  written(): void
  send(event?: Event): void
  again(line: Line): void
  discard(line: Line): void
  remove(line: Line): void
}

/** From so many characters on one is told how many are left. */
const NEAR = 200

export function view(shown: Shown, acts: Acts): TemplateResult {
  return html`
    <header class="chat-head">
      <h2 id="chat-title" tabindex="-1">${words.chat}</h2>
      <button class="button quiet" type="button" @click=${acts.close}>${words.close}</button>
    </header>
    <div class="chat-body">
      <div class="chat-log" role="log" tabindex="0" aria-label=${words.chatMessages} aria-live=${shown.quiet ? 'off' : 'polite'} @scroll=${acts.scrolled}>
        ${shown.state === 'here' ? messages(shown, acts) : waiting(shown, acts)}
      </div>
      ${shown.below ? html`<button class="button chat-below" type="button" @click=${acts.toEnd}>${words.chatBelow}</button>` : nothing}
    </div>
    ${composer(shown, acts)}
  `
}

function waiting({ state }: Shown, acts: Acts): TemplateResult {
  if (state === 'loading') return html`<p class="chat-note">${words.chatLoading}</p>`
  return html`<p class="chat-note">${words.chatFailed}
    <button class="button" type="button" @click=${acts.retry}>${words.chatAgain}</button></p>`
}

function messages(shown: Shown, acts: Acts): TemplateResult {
  const { rows, hasEarlier, turning } = shown
  if (rows.length === 0) {
    return html`<p class="chat-note"><strong>${words.chatEmpty}</strong> ${words.chatEmptyHint}</p>`
  }
  return html`
    ${hasEarlier ? html`<button class="button quiet chat-earlier" type="button" aria-disabled=${turning} @click=${acts.earlier}>${turning ? words.loading : words.chatEarlier}</button>` : nothing}
    ${repeat(
      rows,
      ({ id }) => id,
      (row) => rowOf(row, shown, acts),
    )}
  `
}

function rowOf(row: Row, shown: Shown, acts: Acts): TemplateResult {
  if (row.kind === 'day') {
    return html`<h3 class="chat-day">${words.dayOf(new Date(row.at), shown.now)}</h3>`
  }
  if (row.kind === 'new') return html`<p class="chat-fresh">${words.chatFromHere}</p>`
  const { by, at, lines } = row
  return html`<section class="chat-group" data-hue=${by ? hueOf(by.hue) : nothing}>
    <span class="avatar" data-pattern=${by ? patternOf(by.hue) : nothing} aria-hidden="true">${by ? initials(by.name) : '·'}</span>
    <p class="chat-who"><span class="chat-name" dir="auto">${nameOf(by)}</span> <time datetime=${new Date(at).toISOString()}>${words.hour(at)}</time></p>
    ${repeat(
      lines,
      ({ id }) => id,
      (line) => lineOf(line, shown, acts),
    )}
  </section>`
}

function lineOf(line: Line, shown: Shown, acts: Acts): TemplateResult {
  const { fate } = line
  if (fate.is === 'removed') {
    return html`<div class="chat-line gone"><p>${words.chatRemoved(nameOf(fate.by))}</p></div>`
  }
  return html`<div class="chat-line" data-fate=${fate.is}>
    <p class="chat-text" dir="auto">${guard([line.text], () => said(line.text))}</p>
    ${fateOf(line, shown, acts)}
  </div>`
}

/** Words, and addresses that lead somewhere. */
const said = (text: string): (string | TemplateResult)[] =>
  parts(text).map(({ text, href }) => (href ? link(text, href) : text))

const link = (text: string, href: string): TemplateResult =>
  html`<a href=${href} target="_blank" rel="noopener noreferrer nofollow"><bdi>${text}</bdi></a>`

function fateOf(line: Line, shown: Shown, acts: Acts): TemplateResult | typeof nothing {
  const { fate } = line
  switch (fate.is) {
    case 'sending': {
      const text = shown.connection === 'here' ? words.chatSending : words.chatWaiting
      return html`<p class="chat-fate">${text}</p>`
    }
    case 'removing':
      return html`<p class="chat-fate">${words.chatRemoving}</p>`
    case 'not-sent':
      return html`<p class="chat-fate wrong">${words.chatNotSent(fate.reason)}
        <button type="button" @click=${() => acts.again(line)}>${words.chatAgain}</button>
        <button type="button" @click=${() => acts.discard(line)}>${words.chatDiscard}</button></p>`
    default:
      return shown.mayRemove(line)
        ? html`<button class="chat-remove" type="button" aria-label=${words.chatRemoveOf(line.text)} @click=${() => acts.remove(line)}>${words.chatRemove}</button>`
        : nothing
  }
}

function composer({ connection, left }: Shown, acts: Acts): TemplateResult {
  const hint = { here: words.chatKeys, away: words.chatOffline, stopped: words.chatStopped }
  const count = left < 0 ? words.chatTooMany(-left) : words.chatLeft(left)
  return html`<form class="chat-say" @submit=${acts.send}>
    <label class="visually-hidden" for="chat-text">${words.chatText}</label>
    <textarea id="chat-text" rows="1" dir="auto" placeholder=${words.chatPlaceholder} aria-describedby="chat-hint chat-left" aria-invalid=${left < 0} @input=${acts.written} @keydown=${acts.key}></textarea>
    <button class="button primary">${words.chatSend}</button>
    <p id="chat-hint" role="status" data-connection=${connection}>${hint[connection]}</p>
    <p id="chat-left" ?hidden=${left > NEAR} class=${left < 0 ? 'wrong' : ''}>${count}</p>
  </form>`
}

const nameOf = (by: Person | null): string => by?.name ?? words.formerMember
