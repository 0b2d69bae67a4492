// @vitest-environment jsdom
import type { Editor } from '@tiptap/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Summary } from '../../../src/history/book'
import type { Place } from '../../../src/history/place'
import { Since } from '../../../src/history/since'
import { Desk } from '../writers'

const [ANA, BO] = [1, 2]
let asked: { method: string; url: string; body: unknown }[] = []
let entered: Place[] = []
let visible: DocumentVisibilityState = 'visible'
let cursor = 0
let content = { size: 0 }
const open: Since[] = []

/** Ana writes a row, and Bo three more; row 1 is the server's. */
function written(): Desk {
  const desk = new Desk(2)
  desk.writer(ANA).type(1, 'Ana')
  desk.sync()
  for (const letter of 'oB ') desk.writer(BO).type(1, letter)
  desk.sync()
  return desk
}

function summary(some: Partial<Summary>): Summary {
  return {
    epoch: 1,
    head: 5,
    traced: 5,
    title: 'Notes',
    people: [
      { id: ANA, name: 'Ana', hue: 3, former: false },
      { id: BO, name: 'Bo', hue: 7, former: false },
    ],
    bookmarks: [],
    redactions: [],
    seen: null,
    audience: 'editors',
    may_write: true,
    may_own: true,
    ...some,
  }
}

function serve(told: Summary | null): void {
  const { ledger } = written()
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit) => {
    asked.push({ method, url, body: body ? JSON.parse(String(body)) : null })
    if (method === 'PUT') return new Response(null, { status: 204 })
    if (!told) return Response.json({ detail: 'No.' }, { status: 403 })
    if (url.endsWith('/history')) return Response.json(told)
    const first = Number(new URL(url, 'http://here').searchParams.get('from'))
    return new Response(ledger.bytes(first) as Uint8Array<ArrayBuffer>)
  })
}

async function arrive(user: number, told: Summary | null): Promise<void> {
  serve(told)
  document.body.innerHTML = '<main></main>'
  const desk = { editor: { state: { doc: { content } } } as Editor, doc: written().writer(ANA).doc }
  const enter = (place: Place) => entered.push(place)
  const around = { document: 'notes', user, desk, cursor: () => cursor, enter }
  const since = new Since(around, document.querySelector('main') as HTMLElement)
  open.push(since)
  await since.begin()
}

const visits = () => asked.filter(({ method }) => method === 'PUT').map(({ body }) => body)
const said = () => document.querySelector('#notices')?.textContent?.replace(/\s+/g, ' ').trim()
const press = (name: string) =>
  [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === name)?.click()

function leave(): void {
  visible = 'hidden'
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  dispatchEvent(new Event('pagehide'))
}

beforeEach(() => {
  asked = []
  entered = []
  visible = 'visible'
  cursor = 5
  content = { size: 1_000 }
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visible)
})

afterEach(() => {
  for (const since of open.splice(0)) since.end()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

it('says nothing at a first visit, and tells that all was seen', async () => {
  await arrive(ANA, summary({ seen: null }))
  expect(said()).toBe('')
  expect(visits()).toEqual([{ seq: 5 }])
})

it('counts as seen no more than the server was asked about', async () => {
  cursor = 9
  await arrive(ANA, summary({ seen: null }))
  expect(visits()).toEqual([{ seq: 5 }])
})

it('names who wrote meanwhile, and does not count what one wrote oneself', async () => {
  await arrive(ANA, summary({ seen: 1 }))
  expect(said()).toContain('Since your last visit: 3 changes by Bo')
  expect(visits()).toEqual([])
})

it('says nothing of what one wrote oneself', async () => {
  await arrive(BO, summary({ seen: 2 }))
  expect(said()).toBe('')
  expect(visits()).toEqual([{ seq: 5 }])
})

it('tells that all was seen when one dismisses it', async () => {
  await arrive(ANA, summary({ seen: 1 }))
  cursor = 6
  press('Dismiss')
  expect(said()).toBe('')
  expect(visits()).toEqual([{ seq: 6 }])
})

it('leads through the changes since', async () => {
  await arrive(ANA, summary({ seen: 2 }))
  press('Step through')
  expect(entered).toEqual([{ at: null, from: 2, view: 'compare', panel: 'versions' }])
  expect(visits()).toEqual([{ seq: 5 }])
})

it('tells, when one leaves, what the page had shown, once', async () => {
  await arrive(ANA, summary({ seen: 5 }))
  cursor = 9
  leave()
  leave()
  expect(visits()).toEqual([{ seq: 9 }])
})

it('tells nothing when one leaves without an answer', async () => {
  await arrive(ANA, summary({ seen: 1 }))
  leave()
  expect(visits()).toEqual([])
})

it('says who deleted most of it, and lets it be', async () => {
  const alarm = { before: 2, seq: 4, by: BO, at: Date.now(), share: 0.9 }
  await arrive(ANA, summary({ seen: 1, alarm }))
  expect(said()).toContain('Most of this document was deleted by Bo')
  expect(said()).not.toContain('Bring it back')
  press('Leave it so')
  expect(said()).not.toContain('Most of this document')
  expect(said()).toContain('3 changes by Bo')
  expect(visits()).toEqual([{ seq: 4 }])
})

it('is silent where one may not see the history', async () => {
  await arrive(ANA, null)
  expect(said()).toBe('')
  expect(visits()).toEqual([])
})

it('tells at once of what vanishes while the page is open, and counts it as seen when answered', async () => {
  vi.useFakeTimers()
  await arrive(ANA, summary({ seen: 5 }))
  const [since] = open
  since?.changed()
  const alarm = { before: 5, seq: 6, by: BO, at: Date.now(), share: 0.9 }
  serve(summary({ seen: 5, head: 6, traced: 6, alarm }))
  content = Object.assign(content, { size: 100 })
  since?.changed()
  cursor = 6
  leave()
  expect(visits()).toEqual([])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(said()).toContain('Most of this document was deleted by Bo')
  leave()
  expect(visits()).toEqual([])
  press('Leave it so')
  expect(visits()).toEqual([{ seq: 6 }])
  expect(said()).toBe('')
})
