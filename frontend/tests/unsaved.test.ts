// @vitest-environment jsdom
/** What was not saved, given back: beside the text, and where its document is gone. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { words } from '../src/catalogue'
import { giveBack } from '../src/status/left-behind'
import { Rescued } from '../src/status/rescued'
import { UnsavedPanel } from '../src/status/unsaved'
import { Copy } from '../src/wire/copy'
import { Tab } from '../src/wire/tabs'
import { append } from './fake-server'
import { until } from './until'

const copied = vi.fn<(text: string) => Promise<void>>()
const main = () => document.querySelector('main') as HTMLElement
const panel = () => document.querySelector<HTMLElement>('#unsaved:not([hidden])')
const field = () => panel()?.querySelector('textarea')
const press = (name: string) =>
  [...document.querySelectorAll('button')]
    .find((button) => button.textContent?.trim() === name)
    ?.click()
const heard = (sentence: string) =>
  until(() => expect(document.querySelector('[role="status"]')?.textContent).toBe(sentence))

function answer(choice: 'stay' | 'go'): Promise<void> {
  const dialog = document.querySelector('dialog') as HTMLDialogElement
  dialog.returnValue = choice
  dialog.dispatchEvent(new Event('close'))
  return until(() => expect(document.querySelector('dialog')).toBeNull())
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('navigator', { clipboard: { writeText: copied } })
  copied.mockReset().mockResolvedValue()
  HTMLDialogElement.prototype.showModal = vi.fn()
  document.body.innerHTML = '<main></main>'
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('the panel', () => {
  const discard = vi.fn()
  const shown = (change: object = {}) => {
    const whole = new UnsavedPanel(main(), () => 'Plan', discard)
    whole.show({ count: 3, kept: true, text: 'one\ntwo', why: null, ...change })
    return whole
  }

  beforeEach(() => discard.mockReset())

  it('shows the words to be selected, and names itself and them', () => {
    shown({ why: words.mayOnlyRead })
    const title = panel()?.getAttribute('aria-labelledby') ?? ''
    expect(document.getElementById(title)?.textContent).toBe(words.unsavedTitle(3))
    expect(panel()?.textContent).toContain(words.mayOnlyRead)
    expect(panel()?.textContent).toContain(words.unsavedKept)
    expect(field()?.value).toBe('one\ntwo')
    expect(field()?.readOnly).toBe(true)
    expect(field()?.getAttribute('aria-label')).toBe(words.unsavedWords)
  })

  it('says that what no device keeps goes with the tab', () => {
    shown({ kept: false })
    expect(panel()?.textContent).toContain(words.unsavedHere)
  })

  it('offers nothing to copy where no words were written', () => {
    shown({ text: '' })
    expect(panel()?.textContent).toContain(words.unsavedWordless)
    expect(field()).toBeNull()
    expect([...(panel()?.querySelectorAll('button') ?? [])]).toHaveLength(1)
  })

  it('copies; and where the browser does not, selects', async () => {
    shown()
    press(words.copy)
    await heard(words.unsavedCopied)
    expect(copied).toHaveBeenCalledWith('one\ntwo')
    copied.mockRejectedValue(new DOMException('no', 'NotAllowedError'))
    press(words.copy)
    await heard(words.unsavedNotCopied)
    expect(field()?.selectionEnd).toBe('one\ntwo'.length)
  })

  it('makes a file of them that is named after the document', async () => {
    const files: Blob[] = []
    const names: string[] = []
    URL.createObjectURL = (file: Blob) => `blob:${files.push(file)}`
    URL.revokeObjectURL = vi.fn()
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: Element) {
      names.push((this as HTMLAnchorElement).download)
    })
    shown()
    press(words.download)
    expect(files.map(({ size }) => size)).toEqual(['one\ntwo'.length])
    expect(names).toEqual(['Plan (not saved).txt'])
  })

  it('discards only who says so twice', async () => {
    shown()
    press(words.unsavedDiscard)
    await answer('stay')
    expect(discard).not.toHaveBeenCalled()
    press(words.unsavedDiscard)
    await answer('go')
    await until(() => expect(discard).toHaveBeenCalledTimes(1))
  })

  it('says in full what is lost before it asks', async () => {
    shown()
    press(words.unsavedDiscard)
    const body = document.querySelector('dialog')?.getAttribute('aria-describedby') ?? ''
    expect(document.getElementById(body)?.textContent).toBe(words.discardBody(3))
    await answer('stay')
  })

  it('leaves the focus at what it stood before', async () => {
    const whole = shown()
    discard.mockImplementation(() => whole.show(null))
    press(words.unsavedDiscard)
    await answer('stay')
    expect(document.activeElement).not.toBe(main())
    press(words.unsavedDiscard)
    await answer('go')
    await until(() => expect(document.activeElement).toBe(main()))
  })

  it('goes when there is nothing more', () => {
    shown().show(null)
    expect(panel()).toBeNull()
    expect(document.querySelector('textarea')).toBeNull()
  })
})

describe('the words of what was not saved', () => {
  const saying = (text: string) => {
    const doc = new Y.Doc()
    append(doc, text)
    return Y.encodeStateAsUpdate(doc)
  }

  const lines = (rescued: Rescued, updates: Uint8Array[]) =>
    rescued.words(updates).split('\n').sort().join(' ')

  it('are those of the very edits, even where as many others were left before', () => {
    const rescued = new Rescued()
    const [a, b, c, d] = [saying('a'), saying('b'), saying('c'), saying('d')]
    expect(lines(rescued, [a, b])).toBe('a b')
    expect(lines(rescued, [a, c])).toBe('a c')
    expect(lines(rescued, [d, c])).toBe('c d')
  })

  it('are read again where an edit in the middle was rewritten', () => {
    const rescued = new Rescued()
    const all = [saying('a'), saying('b'), saying('d')]
    expect(lines(rescued, all)).toBe('a b d')
    all[1] = saying('c')
    expect(lines(rescued, all)).toBe('a c d')
  })
})

describe('where the document is gone', () => {
  const stored = async (tab: string, text: string) => {
    const doc = new Y.Doc()
    append(doc, text)
    const copy = await Copy.of(7, 'd')
    await copy.extend(1, [Y.encodeStateAsUpdate(doc)], { epoch: 1, cursor: 1, role: 'editor' })
    await copy.replace([], [{ tab, n: 1, update: Y.encodeStateAsUpdate(doc) }])
    return copy
  }

  it('gives back what closed tabs left, and forgets the rest of the document', async () => {
    const copy = await stored('closed', 'unsaved words')
    await giveBack(7, 'd', main())
    expect(field()?.value).toBe('unsaved words')
    const { mark, pool, outbox } = await copy.read()
    expect([mark, pool, outbox.length]).toEqual([null, [], 1])
  })

  it('shows nobody what another person left on this device', async () => {
    await stored('closed', 'unsaved words')
    await giveBack(8, 'd', main())
    expect(panel()).toBeNull()
  })

  it('keeps it until it is discarded', async () => {
    const copy = await stored('closed', 'unsaved words')
    await giveBack(7, 'd', main())
    press(words.unsavedDiscard)
    await answer('go')
    await until(() => expect(panel()).toBeNull())
    await until(async () => expect((await copy.read()).outbox).toEqual([]))
  })

  it('leaves alone what a living tab shows by itself', async () => {
    const held = new Set<string>()
    type Ask = [name: string, options: object, use: (lock: object | null) => unknown]
    const request = async (name: string, ...rest: unknown[]) => {
      const [, , use] = [name, ...rest] as Ask
      return use(held.has(name) ? null : {})
    }
    vi.stubGlobal('navigator', { locks: { request } })
    const living = new Tab('d')
    held.add(`palimpsest-d-${living.id}`)
    await stored(living.id, 'still open')
    await giveBack(7, 'd', main())
    expect(panel()).toBeNull()
  })

  it('and nothing is kept, shows nothing', async () => {
    await giveBack(7, 'd', main())
    expect(panel()).toBeNull()
  })
})
