/** The sentence above a text of the past: what it is, and what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { Counts } from './compare'
import type { View } from './place'

export type BarShown = {
  view: View
  /** Two texts were wanted, and there is room for one only. */
  needsWidth: boolean
  /** When the moment was (ms), or null for now; and how many changes came since. */
  at: number | null
  since: number
  from: number | null
  now: number
  counts: Counts | null
  /** Which of the changes has the focus, from 0. */
  current: number | null
  mayWrite: boolean
  mayRedact: boolean
  selection: boolean
  /** Words were taken out of what was written here: by whom and when, in a sentence. */
  redacted: string | null
  /** How much is found of who first wrote what, in percent; null: all of it. */
  traced: number | null
}

export interface BarActs {
  view(view: View): void
  compareWithNow(): void
  restore(): void
  putBackSelection(): void
  redact(): void
  change(step: 1 | -1): void
  back(): void
}

export function bar(shown: BarShown, acts: BarActs): TemplateResult {
  const { view, at, since, from, now, mayWrite, mayRedact, selection } = shown
  const isPast = since > 0
  return html`
    <p class="past-sentence">
      ${at === null || !isPast ? words.lookingAtNow : words.lookingAt(words.when(at, now), since)}
      ${from === null ? nothing : html`<span class="past-soft">${words.comparedWith(from > 0 ? words.when(from, now) : null)}</span>`}
      ${shown.needsWidth ? html`<span class="past-soft">${words.needsWidth}</span>` : nothing}
      ${shown.traced === null ? nothing : html`<span class="past-soft">${words.workingOut(shown.traced)}</span>`}
      ${shown.redacted ? html`<span class="past-redacted">${shown.redacted}</span>` : nothing}
    </p>
    <button class="button past-back" type="button" @click=${acts.back}>${isPast ? words.backToNow : words.backToText}</button>
    <div class="past-views" role="group" aria-label=${words.viewOf}>
      ${(['text', 'compare', 'sides', 'authors'] as const).map(
        (one) =>
          html`<button class="button quiet" type="button" data-view=${one} aria-pressed=${one === view} @click=${() => acts.view(one)}>${words.views[one]}</button>`,
      )}
    </div>
    ${shown.counts ? changes(shown.counts, shown, acts) : nothing}
    <div class="past-acts">
      ${isPast ? html`<button class="button" type="button" @click=${acts.compareWithNow}>${words.compareWithNow}</button>` : nothing}
      ${mayWrite && isPast ? html`<button class="button" type="button" @click=${acts.restore}>${words.restoreThis}</button>` : nothing}
      ${mayWrite && selection && isPast ? html`<button class="button" type="button" @click=${acts.putBackSelection}>${words.putBackSelection}</button>` : nothing}
      ${mayRedact && selection ? html`<button class="button danger" type="button" @click=${acts.redact}>${words.redact}</button>` : nothing}
    </div>
  `
}

function changes(counts: Counts, { current }: BarShown, acts: BarActs): TemplateResult {
  const all = counts.changes
  return html`<div class="past-changes" role="group" aria-label=${words.changesHere}>
    ${changeButton(-1, words.previousChange, '↑', all, acts)}
    <span class="past-soft">${current === null ? words.countsOf(counts) : words.changeOf(current + 1, all)}</span>
    ${changeButton(1, words.nextChange, '↓', all, acts)}
  </div>`
}

function changeButton(
  step: 1 | -1,
  name: string,
  sign: string,
  all: number,
  acts: BarActs,
): TemplateResult {
  return html`<button class="button quiet" type="button" ?disabled=${all === 0} title=${name} aria-label=${name} @click=${() => acts.change(step)}>${sign}</button>`
}
