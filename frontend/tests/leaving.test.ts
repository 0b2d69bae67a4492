// @vitest-environment jsdom
import 'fake-indexeddb/auto'
import { readdirSync, readFileSync } from 'node:fs'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { guardLogout } from '../src/status/leaving'
import { Copy, databaseOf } from '../src/wire/copy'
import { until } from './until'

const PAGES = readdirSync('src').filter((name) => name.endsWith('-page.ts'))
const submitted = vi.fn()

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.spyOn(HTMLFormElement.prototype, 'submit').mockImplementation(submitted)
  // jsdom has no modal dialogs: whoever asks is answered as `answer` says.
  HTMLDialogElement.prototype.showModal = vi.fn()
  document.body.innerHTML = '<form id="logout" method="post"><button>Log out</button></form>'
  localStorage.setItem('palimpsest.user', JSON.stringify({ id: 7, name: 'Ada', hue: 3 }))
})

afterEach(() => {
  vi.restoreAllMocks()
  submitted.mockReset()
})

const logOut = () => document.querySelector<HTMLFormElement>('#logout')?.requestSubmit()
const left = () => until(() => expect(submitted).toHaveBeenCalledTimes(1))
const names = async () => (await indexedDB.databases()).map(({ name }) => name)

async function leaveUnsent(user = 7): Promise<void> {
  const copy = await Copy.of(user, 'd')
  await copy.replace([], [{ tab: 't', n: 1, update: new Uint8Array([0, 0]) }])
  copy.close()
}

function answer(choice: 'stay' | 'go'): void {
  const dialog = document.querySelector('dialog') as HTMLDialogElement
  dialog.returnValue = choice
  dialog.dispatchEvent(new Event('close'))
}

const asked = () =>
  until(() => expect(document.querySelector('dialog')?.textContent).toContain('1 change'))

describe('logging out', () => {
  it('is guarded by the script of every page', () => {
    expect(PAGES.length).toBeGreaterThan(2)
    for (const page of PAGES)
      expect(readFileSync(`src/${page}`, 'utf8')).toMatch(/^ *guardLogout\(/m)
  })

  it.each(['account-page', 'list-page'])('from the %s deletes what is kept', async (page) => {
    vi.resetModules()
    await import(`../src/${page}.ts`)
    const copy = await Copy.of(7, 'd')
    copy.close()
    logOut()
    await left()
    expect(await names()).toEqual([])
    expect(localStorage).toHaveLength(0)
  })

  it('asks about unsent edits, and may be taken back', async () => {
    await leaveUnsent()
    guardLogout()
    logOut()
    await asked()
    answer('stay')
    await until(() => expect(document.querySelector('dialog')).toBeNull())
    expect(submitted).not.toHaveBeenCalled()
    expect(await names()).toEqual([databaseOf(7)])
    logOut()
    await asked()
    answer('go')
    await left()
    expect(await names()).toEqual([])
  })

  it('asks about what an earlier user of this browser left unsent', async () => {
    await leaveUnsent(8)
    guardLogout()
    logOut()
    await asked()
    answer('stay')
    expect(await names()).toEqual([databaseOf(8)])
  })

  it('works where nothing can be stored, and asks about what only the page holds', async () => {
    const denied = () => {
      throw new DOMException('denied', 'SecurityError')
    }
    vi.stubGlobal('indexedDB', { open: denied, databases: denied })
    const leaving = vi.fn()
    guardLogout({ unsent: () => 1, unsaid: () => ({ messages: 0, comments: 0 }), leaving })
    logOut()
    await asked()
    answer('go')
    await left()
    expect(leaving).toHaveBeenCalledTimes(1)
  })
})
