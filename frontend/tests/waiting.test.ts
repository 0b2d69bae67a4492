// @vitest-environment jsdom
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rememberTitle } from '../src/editor/session'
import { tellWaiting } from '../src/list/waiting'
import { Copy, unsent, waiting } from '../src/wire/copy'
import { until } from './until'

const ADA = 7
const main = () => document.querySelector('main') as HTMLElement
const told = () => [...document.querySelectorAll('section .banner')]

beforeEach(() => {
  vi.unstubAllGlobals()
  vi.stubGlobal('indexedDB', new IDBFactory())
  document.body.innerHTML = '<main></main>'
  localStorage.clear()
})

afterEach(() => {
  vi.restoreAllMocks()
})

async function leave(user: number, id: string, tab: string, count: number): Promise<void> {
  const copy = await Copy.of(user, id)
  const update = new Uint8Array([0, 0])
  const entries = Array.from({ length: count }, (_, n) => ({ tab, n, update }))
  await copy.replace([], entries)
  copy.close()
}

/** Whoever still has a tab open holds its lock. */
function opened(id: string, tab: string) {
  const name = `palimpsest-${id}-${tab}`
  const request = vi.fn((asked: string, _how: object, adopt: (lock: object | null) => unknown) =>
    adopt(asked === name ? null : {}),
  )
  const query = async () => ({ held: [{ name }], pending: [] })
  vi.stubGlobal('navigator', { locks: { request, query } })
  return request
}

describe('the list', () => {
  it('tells what closed tabs left unsent, by document, and where to go', async () => {
    rememberTitle('d', 'Plans')
    await leave(ADA, 'd', 'one', 2)
    await leave(ADA, 'd', 'two', 1)
    await leave(ADA, 'e', 'one', 1)
    tellWaiting(ADA, main())
    await until(() => expect(told()).toHaveLength(2))
    const [plans, other] = told()
    expect(plans?.textContent).toContain('3 changes in “Plans” are on this device only')
    expect(other?.textContent).toContain('1 change in “Untitled” is on this device only')
    expect(plans?.querySelector('a')?.getAttribute('href')).toBe('/documents/d/')
  })

  it('leaves to an open tab what it is about to send', async () => {
    await leave(ADA, 'd', 'open', 2)
    await leave(ADA, 'd', 'closed', 1)
    opened('d', 'open')
    tellWaiting(ADA, main())
    await until(() => expect(told()).toHaveLength(1))
    expect(told()[0]?.textContent).toContain('1 change in')
  })

  it('takes no lock to count, as an editor may ask for it once in that instant', async () => {
    await leave(ADA, 'd', 'closed', 1)
    const asked = opened('e', 'open')
    tellWaiting(ADA, main())
    await until(() => expect(told()).toHaveLength(1))
    expect(asked).not.toHaveBeenCalled()
  })

  it('looks again when it is seen again, and then says nothing of what was sent', async () => {
    await leave(ADA, 'd', 'closed', 1)
    tellWaiting(ADA, main())
    await until(() => expect(told()).toHaveLength(1))
    const copy = await Copy.of(ADA, 'd')
    await copy.replace((await copy.read()).outbox, [])
    copy.close()
    document.dispatchEvent(new Event('visibilitychange'))
    await until(() => expect(told()).toEqual([]))
  })

  it('keeps nothing of who has nothing here, and tells nothing of others', async () => {
    await leave(8, 'd', 'closed', 1)
    tellWaiting(ADA, main())
    await until(() => expect(document.querySelector('section')?.hidden).toBe(true))
    expect(told()).toEqual([])
    expect(await indexedDB.databases()).toHaveLength(1)
  })
})

describe('what waits', () => {
  it('joins the list of its document, which is not made anew for each edit', async () => {
    await leave(ADA, 'd', 'one', 50)
    const made = vi.spyOn(Map.prototype, 'set')
    const found = await waiting(ADA)
    const lists = made.mock.calls.filter(([, list]) => Array.isArray(list) && list[0]?.tab)
    expect(found.get('d')).toHaveLength(50)
    expect(lists).toHaveLength(1)
  })

  it.each([
    ['getAllKeys', () => waiting(ADA)],
    ['count', () => unsent()],
  ] as const)('closes its database where %s fails', async (method, read) => {
    await leave(ADA, 'd', 'one', 1)
    const close = vi.spyOn(IDBDatabase.prototype, 'close')
    vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(() => {
      throw new RangeError('not today')
    })
    await expect(read()).rejects.toThrow('not today')
    expect(close).toHaveBeenCalledOnce()
  })
})
