// @vitest-environment jsdom
import { beforeEach, expect, it, vi } from 'vitest'
import { editTitle } from '../src/editor/title'
import { until } from './until'

let field: HTMLInputElement
const failed = vi.fn()
const done = vi.fn()
const server = vi.fn()

beforeEach(() => {
  failed.mockReset()
  done.mockReset()
  server.mockReset().mockResolvedValue(new Response('{}', { status: 200 }))
  vi.stubGlobal('fetch', server)
  // biome-ignore lint/suspicious/noDocumentCookie: this is how the server's cookie looks to a page.
  document.cookie = 'csrftoken=secret'
  field = document.createElement('input')
  field.value = 'Old'
  editTitle(field, 'd', { failed, done })
})

function rename(title: string): void {
  field.value = title
  field.dispatchEvent(new Event('change'))
}

it.each([
  ['New', ' New '],
  ['', '  '],
])('saves %j', async (title, typed) => {
  rename(typed)
  await until(() => expect(document.title).toBe(`${title || 'Untitled'} · Palimpsest`))
  const [path, { method, headers, body }] = server.mock.calls[0] as [string, RequestInit]
  expect([path, method, body]).toEqual(['/api/documents/d', 'PATCH', JSON.stringify({ title })])
  expect(headers).toMatchObject({ 'X-CSRFToken': 'secret' })
  expect(failed).not.toHaveBeenCalled()
})

it('asks nothing of the server when nothing changed', () => {
  rename('Old ')
  expect(field.value).toBe('Old')
  expect(server).not.toHaveBeenCalled()
})

it.each([
  ['refuses it', async () => new Response('{"detail": "no"}', { status: 403 })],
  ['cannot be reached', () => Promise.reject(new TypeError('offline'))],
])('says so when the server %s', async (_when, answer) => {
  server.mockImplementation(answer)
  rename('New')
  await until(() => expect(failed).toHaveBeenCalledTimes(1))
  expect(field.value).toBe('New')
})

it.each(['Enter', 'Escape'])('goes on to the text with %s', (key) => {
  field.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing: true }))
  expect(done).not.toHaveBeenCalled()
  const event = new KeyboardEvent('keydown', { key, cancelable: true })
  field.dispatchEvent(event)
  expect(done).toHaveBeenCalledTimes(1)
  expect(event.defaultPrevented).toBe(true)
})
