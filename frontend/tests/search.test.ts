// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { words } from '../src/catalogue'
import { Search } from '../src/list/search'

const server = vi.fn()
const widen = vi.fn()
let field: HTMLInputElement
let list: HTMLElement

const row = (id: string, title: string, excerpt: string): string =>
  `<li class="entry" data-document="${id}"><a class="entry-title">${title}</a>
   <p class="entry-excerpt">${excerpt}</p></li>`

beforeEach(() => {
  vi.useFakeTimers()
  server.mockReset().mockImplementation(() => answer([]))
  widen.mockReset()
  vi.stubGlobal('fetch', server)
  document.body.innerHTML = `<input id="search"><ol id="documents">
    ${row('a', 'Minutes', 'We met.')}${row('b', 'Budget', 'What we spend.')}</ol>
    <p id="none" hidden></p><p id="found"></p>`
  field = find('search') as HTMLInputElement
  list = find('documents')
  new Search(field, list, widen)
})

afterEach(() => vi.useRealTimers())

const find = (id: string): HTMLElement => document.getElementById(id) as HTMLElement
const answer = (found: unknown): Promise<Response> =>
  Promise.resolve(new Response(JSON.stringify(found), { status: 200 }))
const shown = (): (string | undefined)[] =>
  [...list.querySelectorAll<HTMLElement>('.entry:not([hidden])')].map((one) => one.dataset.document)

function type(typed: string): void {
  field.value = typed
  field.dispatchEvent(new Event('input'))
}

it('filters by title and first line at once, without asking', () => {
  type('min')
  expect(shown()).toEqual(['a'])
  type('we  MET')
  expect(shown()).toEqual(['a'])
  expect(server).not.toHaveBeenCalled()
})

it('shows after a pause what was found by its text, and why', async () => {
  const snippet = { text: 'x <b> rain & 🏔', ranges: [[6, 10]] }
  server.mockImplementation(() => answer([{ id: 'b', snippet }]))
  type('ra')
  type('rain ä')
  expect(shown()).toEqual([])
  await vi.runAllTimersAsync()
  expect(server.mock.calls.map(([path]) => path)).toEqual(['/api/documents?q=rain%20%C3%A4'])
  expect(shown()).toEqual(['b'])
  expect(list.querySelector('.entry-snippet')?.innerHTML).toBe(
    'x &lt;b&gt; <mark>rain</mark> &amp; 🏔',
  )
  expect(find('found').textContent).toBe('1 document found')
  type('')
  expect(shown()).toEqual(['a', 'b'])
  expect(list.querySelector('.entry-snippet')).toBeNull()
})

it('keeps to what is in the field when an older answer comes late', async () => {
  let late = (_: Response): void => {}
  server.mockImplementationOnce(() => new Promise<Response>((done) => (late = done)))
  type('rain')
  await vi.advanceTimersByTimeAsync(300)
  type('budget')
  late(await answer([{ id: 'a', snippet: null }]))
  await vi.runAllTimersAsync()
  expect(shown()).toEqual(['b'])
})

it.each([
  ['refuses', () => Promise.resolve(new Response('{}', { status: 503 }))],
  ['cannot be reached', () => Promise.reject(new TypeError('offline'))],
])('goes on by titles when the server %s, and says so', async (_when, failing) => {
  server.mockImplementation(failing)
  type('min')
  await vi.runAllTimersAsync()
  expect(shown()).toEqual(['a'])
  type('rain')
  await vi.runAllTimersAsync()
  expect(find('none')).toMatchObject({ hidden: false, textContent: words.noneInTitles })
})

it('says that nothing was found only once the server said so', async () => {
  type('rain')
  expect(find('none').hidden).toBe(true)
  await vi.runAllTimersAsync()
  expect(find('none')).toMatchObject({ hidden: false, textContent: words.noneInTexts })
})

it('leaves what the page came with, and asks for all when that is searched on', () => {
  field.defaultValue = 'rain'
  field.value = 'rain'
  const search = new Search(field, list, widen)
  search.apply()
  expect(shown()).toEqual(['a', 'b'])
  type('rain in')
  expect(widen).toHaveBeenCalled()
})
