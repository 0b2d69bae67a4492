/** What the server answers, and what it does not. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Refused, Unreachable } from '../../src/api'
import { pagesOf } from '../../src/chat/reading'
import { message } from './people'

let clock: AbortController

beforeEach(() => {
  vi.stubGlobal('document', { cookie: '' })
  clock = new AbortController()
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => clock.signal)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const answers = (given: (signal: AbortSignal | null) => Promise<Response>) =>
  vi.stubGlobal('fetch', (_: string, { signal = null }: RequestInit) => given(signal))

/** Waits for ever, until it is told not to. */
const silence = (signal: AbortSignal | null) =>
  new Promise<never>((_, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason as Error)),
  )

const timeUp = () => clock.abort(new DOMException('too long', 'TimeoutError'))

it('gives the messages of an answer', async () => {
  answers(async () => Response.json({ messages: [message(1)] }))
  expect(await pagesOf('d').latest()).toEqual([message(1)])
  expect(AbortSignal.timeout).toHaveBeenCalledWith(15_000)
})

it('does not wait for ever for an answer', async () => {
  answers(silence)
  const page = pagesOf('d').latest()
  timeUp()
  await expect(page).rejects.toBeInstanceOf(Unreachable)
})

it('does not wait for ever for the end of one', async () => {
  answers(async (signal) => {
    const start = (body: ReadableStreamDefaultController) =>
      silence(signal).catch((reason) => body.error(reason))
    return new Response(new ReadableStream({ start: (body) => void start(body) }))
  })
  const page = pagesOf('d').after(7)
  timeUp()
  await expect(page).rejects.toBeInstanceOf(Unreachable)
})

it('takes an answer that broke off for none', async () => {
  answers(async () => new Response('{"messages": [{"num'))
  await expect(pagesOf('d').before(7)).rejects.toBeInstanceOf(Unreachable)
})

it('knows what was refused from what did not come', async () => {
  answers(async () => Response.json({ detail: 'No.' }, { status: 403 }))
  await expect(pagesOf('d').latest()).rejects.toEqual(new Refused(403, 'No.'))
})
