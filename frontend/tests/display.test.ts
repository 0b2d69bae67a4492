// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { StatusDisplay } from '../src/status/display'
import type { Kind, Status } from '../src/status/status'

let display: StatusDisplay
const heard: string[] = []
const observer = new MutationObserver(() => heard.push(announced()?.textContent ?? ''))
const announced = () => document.querySelector('header [role="status"].visually-hidden')
const shown = () => document.querySelector('#status')?.textContent

beforeEach(() => {
  vi.useFakeTimers()
  document.body.innerHTML =
    '<header><span id="status" role="status" aria-live="polite"></span></header><main></main>'
  const [place, page] = ['#status', 'main'].map((name) => document.querySelector(name))
  display = new StatusDisplay(place as HTMLElement, page as HTMLElement, () => {})
  heard.length = 0
  observer.observe(announced() as Element, { childList: true })
})

afterEach(() => {
  observer.disconnect()
  vi.useRealTimers()
})

const status = (kind: Kind, text: string): Status => ({ kind, text, tone: 'calm', sentence: null })
const SAVED = status('saved', 'Saved')
const SAVING = status('saving', 'Saving…')
const offline = (count: number) => status('offline', `${count} kept here`)

/** Shows one after the other, each for so long. */
async function show(each: number, ...statuses: Status[]): Promise<void> {
  for (const one of statuses) {
    display.show(one, false)
    expect(shown()).toBe(one.text)
    await vi.advanceTimersByTimeAsync(each)
  }
}

it('reads nothing while one types and all is well', async () => {
  await show(700, SAVED, SAVING, SAVED, SAVING, SAVED)
  expect(heard).toEqual([])
  expect(document.querySelector('#status')?.getAttribute('aria-live')).toBe('off')
})

it('reads that one is offline once, whatever the number, and then that all is saved', async () => {
  await show(200, SAVED, offline(1), offline(2), offline(3), offline(4), offline(5))
  expect(heard).toEqual(['3 kept here'])
  await show(700, SAVING, SAVED)
  expect(heard).toEqual(['3 kept here', 'Saved'])
})

it('does not read what lasts for a moment only', async () => {
  await show(200, SAVED, status('connecting', 'Reconnecting…'), SAVING, SAVED)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(heard).toEqual([])
})
