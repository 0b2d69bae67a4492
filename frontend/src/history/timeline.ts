/** The whole life of a document as one line: a skyline of what was done, a handle, play. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { live } from 'lit-html/directives/live.js'
import { words } from '../catalogue'
import { SPEEDS, type Speed } from './playing'
import type { Bucket } from './sittings'

export type TimelineShown = {
  head: number
  at: number
  /** The other moment of a comparison: 0 is the beginning. */
  from: number | null
  skyline: readonly Bucket[]
  bookmarks: readonly { seq: number; name: string }[]
  redactions: readonly { first: number; last: number }[]
  /** Who made the edit at the handle, and when. */
  said: string
  /** The same of the other moment. */
  saidFrom: string
  playing: boolean
  speed: Speed
}

export interface TimelineActs {
  go(seq: number): void
  step(versions: number): void
  goSince(seq: number): void
  stepSince(versions: number): void
  play(): void
  pace(speed: Speed): void
}

/** Bars of the skyline, whatever the width. */
export const BARS = 160
const HEIGHT = 40
const PLAY = 'M6 4v12l10-6z'
const PAUSE = 'M5 4h3.5v12H5zM11.5 4H15v12h-3.5z'
/** The widest bar, where there are few. */
const WIDEST = 2

export function timeline(shown: TimelineShown, acts: TimelineActs): TemplateResult {
  const { head, at, said, playing, speed } = shown
  return html`
    <button class="button past-play" type="button" title=${playing ? words.pause : words.play} aria-label=${playing ? words.pause : words.play} @click=${acts.play}>
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${playing ? PAUSE : PLAY} /></svg>
    </button>
    <label class="visually-hidden" for="past-speed">${words.speed}</label>
    <select id="past-speed" @change=${(event: Event) => {
      acts.pace(Number((event.target as HTMLSelectElement).value) as Speed)
    }}>
      ${SPEEDS.map((one) => html`<option value=${one} ?selected=${one === speed}>${words.times(one)}</option>`)}
    </select>
    <div class="past-line">
      ${skyline(shown)}
      <input type="range" min="1" max=${head} step="1" .value=${live(String(at))} aria-label=${words.timeline}
        aria-valuetext=${said}
        @input=${(event: Event) => acts.go(seqOf(event))}
        @keydown=${(event: KeyboardEvent) => byVersion(event, acts.step)} />
      ${shown.from === null ? nothing : other(shown, shown.from, acts)}
    </div>
  `
}

/** The handle of the other moment, at the foot of the line, so that both can stand at one edit. */
function other(
  { head, saidFrom }: TimelineShown,
  from: number,
  acts: TimelineActs,
): TemplateResult {
  return html`<input class="past-since" type="range" min="0" max=${head} step="1" .value=${live(String(from))} aria-label=${words.comparedSince}
    aria-valuetext=${saidFrom} title=${words.comparedSince}
    @input=${(event: Event) => acts.goSince(seqOf(event))}
    @keydown=${(event: KeyboardEvent) => byVersion(event, acts.stepSince)} />`
}

const seqOf = ({ target }: Event): number => Number((target as HTMLInputElement).value)

/** Arrows step by edit, as in every slider; pages by version. */
function byVersion(event: KeyboardEvent, stepped: (versions: number) => void): void {
  const step = { PageUp: 1, PageDown: -1 }[event.key]
  if (step === undefined) return
  event.preventDefault()
  stepped(step)
}

function skyline({
  skyline,
  head,
  at,
  from,
  bookmarks,
  redactions,
}: TimelineShown): TemplateResult {
  const most = Math.max(1, ...skyline.map(({ added, removed }) => Math.max(added, removed)))
  const tall = (count: number): number => (Math.log1p(count) / Math.log1p(most)) * (HEIGHT / 2)
  const x = (seq: number): number => ((seq - 1) / Math.max(1, head - 1)) * BARS
  const wide = Math.min(WIDEST, (0.8 * BARS) / Math.max(1, skyline.length))
  return html`<svg class="skyline" viewBox="0 0 ${BARS} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${from === null ? nothing : svg`<rect class="stretch" x=${x(Math.max(1, from))} y="0" width=${Math.max(0, x(at) - x(Math.max(1, from)))} height=${HEIGHT} />`}
    <line class="ground" x1="0" x2=${BARS} y1=${HEIGHT / 2} y2=${HEIGHT / 2} />
    ${skyline.map(({ added, removed, first, last }) => {
      const left = x((first + last) / 2) - wide / 2
      const past = last <= at ? 'past-bar-then' : 'past-bar-later'
      return svg`<g class=${past}>
        <rect class="added" x=${left} y=${HEIGHT / 2 - tall(added)} width=${wide} height=${tall(added)} />
        <rect class="removed" x=${left} y=${HEIGHT / 2} width=${wide} height=${tall(removed)} />
      </g>`
    })}
    ${redactions.map(({ first, last }) => svg`<rect class="redacted" x=${x(first)} y="0" width=${Math.max(0.5, x(last) - x(first))} height=${HEIGHT} />`)}
    ${bookmarks.map(({ seq }) => svg`<line class="bookmark" x1=${x(seq)} x2=${x(seq)} y1="0" y2=${HEIGHT} />`)}
  </svg>`
}
