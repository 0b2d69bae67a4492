/** The field that one writes in beside the text: what is sent of it, by which key, and what is left. */
import { html, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'

/** A character that shows something by itself (Unicode, 4.5): the server stores nothing without one. */
const SHOWS = /[^\p{Cc}\p{Cf}\p{Z}]/u

/** What was written, as it is sent; what nobody could see is nothing. */
export function written(text: string): string {
  const trimmed = text.trim()
  return SHOWS.test(trimmed) ? trimmed : ''
}

/** Whether it is Enter, by itself, and no end of a composed word. */
export function isSending(event: KeyboardEvent): boolean {
  // Safari ends a composition before it tells of the Enter that ended it.
  const composes = event.isComposing || event.keyCode === 229
  const { altKey, ctrlKey, metaKey, shiftKey } = event
  return event.key === 'Enter' && !composes && !altKey && !ctrlKey && !metaKey && !shiftKey
}

/** From so many characters on one is told how many are left. */
const NEAR = 200

/** How many characters may still be written. */
export function left(id: string, count: number): TemplateResult {
  const told = count < 0 ? words.tooManyCharacters(-count) : words.charactersLeft(count)
  return html`<p id=${id} class=${count < 0 ? 'field-left wrong' : 'field-left'} ?hidden=${count > NEAR}>${told}</p>`
}
