// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest'
import { Blame } from '../../../src/history/blame'
import { Book } from '../../../src/history/book'
import { Desk } from '../writers'

/** A server that answers what was asked last first. */
function slow(): { desk: Desk; asked: string[]; answer: () => Promise<void> } {
  const desk = new Desk(1)
  const asked: string[] = []
  const waiting: (() => void)[] = []
  vi.stubGlobal('fetch', async (path: string, { method = 'GET' }: RequestInit) => {
    const url = new URL(path, 'http://here')
    asked.push(`${method} ${url.pathname.split('/').slice(5).join('/')}${url.search}`)
    await new Promise<void>((resolve) => waiting.push(resolve))
    if (method !== 'GET') return new Response(null, { status: 204 })
    const { ledger } = desk
    const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)))
    if (url.pathname.endsWith('/log')) return bytes(ledger.log(from, to))
    if (url.pathname.endsWith('/columns')) return bytes(ledger.bytes(from, to))
    return Response.json({ epoch: 1, head: ledger.head, traced: ledger.head, people: [] })
  })
  const answer = async () => {
    for (let idle = 0; idle < 20; idle++) {
      const next = waiting.pop()
      if (next) idle = 0
      next?.()
      await new Promise((resolve) => setTimeout(resolve))
    }
  }
  return { desk, asked, answer }
}

const bytes = (all: Uint8Array) => new Response(all as Uint8Array<ArrayBuffer>)

afterEach(() => {
  vi.unstubAllGlobals()
})

it('takes each row once, however often it is told to grow', async () => {
  const { desk, asked, answer } = slow()
  const opening = Book.open('notes')
  await answer()
  const book = await opening
  desk.writer(1).type(1, 'More.')
  desk.sync()
  const grown = Promise.all([book.grow(), book.grow()])
  await answer()
  expect(await grown).toEqual([true, true])
  expect(book.past.head).toBe(2)
  expect(asked.filter((one) => one.startsWith('GET log'))).toEqual([
    'GET log?epoch=1&from=1&to=1',
    'GET log?epoch=1&from=2&to=2',
  ])
})

it('gives a name before it locks it, and goes on after a refusal', async () => {
  const { asked, answer } = slow()
  const opening = Book.open('notes')
  await answer()
  const book = await opening
  asked.length = 0
  const done = [book.change(7, { name: 'Sent' }), book.change(7, { locked: true }), book.grow()]
  await new Promise((resolve) => setTimeout(resolve))
  expect(asked).toEqual(['PATCH bookmarks/7'])
  await answer()
  await Promise.all(done)
  expect(asked).toEqual(['PATCH bookmarks/7', 'PATCH bookmarks/7', 'GET '])
  vi.stubGlobal('fetch', async () => Response.json({ detail: 'Locked.' }, { status: 423 }))
  await expect(book.forget(7)).rejects.toThrow('Locked.')
  await expect(book.forget(7)).rejects.toThrow('Locked.')
})

it('reads again what it asked for too often when the server says, and writes nothing twice', async () => {
  const { desk } = late()
  desk.writer(1).type(1, 'Hello')
  desk.sync()
  const answering = fetch
  const asked: string[] = []
  vi.stubGlobal('fetch', async (path: string, request: RequestInit) => {
    asked.push(`${request.method}`)
    if (asked.length > 1 && request.method === 'GET') return answering(path, request)
    const headers = { 'Retry-After': '0.001' }
    return Response.json({ detail: 'Too often.' }, { status: 429, headers })
  })
  const book = await Book.open('notes')
  expect(book.past.head).toBe(desk.ledger.head)
  asked.length = 0
  await expect(book.forget(7)).rejects.toMatchObject({ message: 'Too often.', seconds: 0.001 })
  expect(asked).toEqual(['DELETE'])
})

it('waits for a redaction also where it asked for it too often', async () => {
  const { desk } = late()
  desk.writer(1).type(1, 'Hello')
  desk.sync()
  const book = await Book.open('notes')
  const answers = [
    Response.json({ done: false, epoch: 1 }, { status: 202 }),
    Response.json({ detail: 'Too often.' }, { status: 429, headers: { 'Retry-After': '30' } }),
    Response.json({ done: true, epoch: 1 }),
  ]
  vi.stubGlobal('fetch', async () => answers.shift())
  vi.useFakeTimers()
  const redacting = book.redact([[1, 0, 1]])
  await vi.runAllTimersAsync()
  await redacting
  vi.useRealTimers()
  expect(answers).toEqual([])
})

/** A server that first has the columns to find out, and then who first wrote what. */
function late(): { desk: Desk; told: { traced: number }; later: { log: number; columns: number } } {
  const desk = new Desk(1)
  const told = { traced: 0 }
  const later = { log: 1, columns: 2 }
  vi.stubGlobal('fetch', async (path: string) => {
    const { pathname } = new URL(path, 'http://here')
    const { ledger } = desk
    const name = pathname.endsWith('/log') ? 'log' : 'columns'
    if (pathname.endsWith('/history'))
      return Response.json({ epoch: 1, head: ledger.head, ...told, people: [] })
    if (later[name]-- > 0) {
      const headers = { 'Retry-After': '0.001' }
      return Response.json({ detail: 'It goes on.' }, { status: 202, headers })
    }
    return bytes(name === 'log' ? ledger.log() : ledger.bytes())
  })
  return { desk, told, later }
}

it('waits for what takes longer, and tells who wrote what when that is found', async () => {
  const { desk, told, later } = late()
  desk.writer(1).type(1, 'Hello')
  desk.sync()
  const book = await Book.open('notes')
  expect(later).toEqual({ log: -1, columns: -1 })
  expect(book.traced).toBe(0)
  const authors = () => {
    const { past } = book
    return new Blame(past.at(past.head), past.columns).ranges.map(({ author }) => author)
  }
  expect(authors()).toEqual([null])
  told.traced = 1
  expect(await book.grow()).toBe(true)
  expect(book.traced).toBe(50)
  expect(authors()).toEqual([null])
  told.traced = desk.ledger.head
  expect(await book.grow()).toBe(true)
  expect(book.traced).toBe(null)
  expect(authors()).toEqual([1])
})
