/** How the chat's panel looks: a pure drawing of what it knows. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { left } from '../beside/field'
import { nameOf, speaker, spoken } from '../beside/spoken'
import { words } from '../catalogue'
import { hueOf } from '../presence/people'
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

export function view(shown: Shown, acts: Acts): TemplateResult {
  return html`
    <header class="beside-head">
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
  if (state === 'loading') return html`<p class="beside-note">${words.chatLoading}</p>`
  return html`<p class="beside-note">${words.chatFailed}
    <button class="button" type="button" @click=${acts.retry}>${words.again}</button></p>`
}

function messages(shown: Shown, acts: Acts): TemplateResult {
  const { rows, hasEarlier, turning } = shown
  if (rows.length === 0) {
    return html`<p class="beside-note"><strong>${words.chatEmpty}</strong> ${words.chatEmptyHint}</p>`
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
    ${speaker(by, at, words.hour(at))}
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
    <p class="chat-text spoken" dir="auto">${spoken(line.text)}</p>
    ${fateOf(line, shown, acts)}
  </div>`
}

function fateOf(line: Line, shown: Shown, acts: Acts): TemplateResult | typeof nothing {
  const { fate } = line
  switch (fate.is) {
    case 'sending': {
      const text = shown.connection === 'here' ? words.sending : words.chatWaiting
      return html`<p class="chat-fate">${text}</p>`
    }
    case 'removing':
      return html`<p class="chat-fate">${words.chatRemoving}</p>`
    case 'not-sent':
      return html`<p class="chat-fate wrong">${words.chatNotSent(fate.reason)}
        <button type="button" @click=${() => acts.again(line)}>${words.again}</button>
        <button type="button" @click=${() => acts.discard(line)}>${words.chatDiscard}</button></p>`
    default:
      return shown.mayRemove(line)
        ? html`<button class="chat-remove" type="button" aria-label=${words.removeOf(line.text)} @click=${() => acts.remove(line)}>${words.remove}</button>`
        : nothing
  }
}

function composer({ connection, left: count }: Shown, acts: Acts): TemplateResult {
  const hint = { here: words.chatKeys, away: words.chatOffline, stopped: words.chatStopped }
  return html`<form class="chat-say" @submit=${acts.send}>
    <label class="visually-hidden" for="chat-text">${words.chatText}</label>
    <textarea id="chat-text" rows="1" dir="auto" placeholder=${words.chatPlaceholder} aria-describedby="chat-hint chat-left" aria-invalid=${count < 0} @input=${acts.written} @keydown=${acts.key}></textarea>
    <button class="button primary">${words.send}</button>
    <p id="chat-hint" role="status" data-connection=${connection}>${hint[connection]}</p>
    ${left('chat-left', count)}
  </form>`
}
