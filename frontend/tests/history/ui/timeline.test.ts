// @vitest-environment jsdom
/** The handles of the timeline stand where the page is, whatever was done to them. */
import { render } from 'lit-html'
import { expect, it } from 'vitest'
import { words } from '../../../src/catalogue'
import { type TimelineActs, type TimelineShown, timeline } from '../../../src/history/timeline'

const NOTHING: TimelineActs = {
  go: () => {},
  step: () => {},
  goSince: () => {},
  stepSince: () => {},
  play: () => {},
  pace: () => {},
}

const SHOWN: TimelineShown = {
  head: 10,
  at: 5,
  from: 5,
  skyline: [],
  bookmarks: [],
  redactions: [],
  said: '',
  saidFrom: '',
  playing: false,
  speed: 1,
}

it.each([
  ['moment', words.timeline],
  ['other moment', words.comparedSince],
])('takes the handle of the %s back to where it may be', (_name, label) => {
  const place = document.createElement('div')
  render(timeline(SHOWN, NOTHING), place)
  const handle = place.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)
  expect(handle?.value).toBe('5')
  if (handle) handle.value = '8'
  handle?.dispatchEvent(new Event('input'))
  render(timeline(SHOWN, NOTHING), place)
  expect(handle?.value).toBe('5')
})
