// @vitest-environment jsdom
import type { Editor } from '@tiptap/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Margin } from '../../src/beside/margin'
import { words } from '../../src/catalogue'
import type { Around } from '../../src/comments/passages'
import { CommentsSwitch } from '../../src/comments/switch'
import { until } from '../until'
import { ANCHOR, becomes, CommentsServer, commented, SESSION, welcome } from './people'

/** What stands in an editor, without one. */
const standing = vi.hoisted(() => ({
  around: null as Around | null,
  shown: [] as number[],
  active: null as number | null,
  selected: null as object | null,
}))

vi.mock('../../src/comments/passages', () => ({
  Passages: class {
    constructor(_: unknown, around: Around) {
      standing.around = around
    }
    show(threads: readonly { number: number }[], active: number | null) {
      standing.shown = threads.map(({ number }) => number)
      standing.active = active
    }
    of = () => ({ from: 1, to: 2 })
    words = () => 'the old bridge'
    selected = () => standing.selected
    reveal = () => {}
    stop = () => {}
  },
}))

let server: CommentsServer
let button: HTMLButtonElement
let past: { isOpen: boolean; leave: () => void }
let margin: Margin
let comments: CommentsSwitch
let place: HTMLElement

/** The API, by the address and the method. */
async function answer(url: string, { method, body }: RequestInit): Promise<Response> {
  const { calls } = server
  const given = JSON.parse(String(body ?? 'null'))
  if (method === 'GET') return Response.json(await calls.after(Number(url.split('after=')[1])))
  return Response.json(await calls.begin(given))
}

/** An editor as far as the switch knows one. */
function editor(): Editor {
  const selection = { empty: false, from: 1, to: 15 }
  const doc = { textBetween: () => (standing.selected ? 'the old bridge' : '') }
  const view = { dom: place }
  const silent = { on: () => {}, off: () => {} }
  return { view, state: { selection, doc }, isEditable: true, ...silent } as unknown as Editor
}

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  vi.stubGlobal('fetch', (url: string, request: RequestInit) => answer(url, request))
  Element.prototype.scrollIntoView = () => {}
  server = new CommentsServer()
  server.put(1, {})
  server.put(2, {})
  button = document.createElement('button')
  place = document.createElement('div')
  place.innerHTML = '<p>and <span class="comment">the old bridge</span></p>'
  document.body.append(button, place)
  past = { isOpen: false, leave: vi.fn() }
  margin = new Margin(() => past)
  standing.selected = null
  comments = new CommentsSwitch(SESSION, [button], margin)
  comments.stands(editor())
})

afterEach(() => {
  comments.stop()
  document.body.replaceChildren()
})

async function welcomed(): Promise<void> {
  comments.moved({ at: 'open' })
  comments.hear(welcome('editor'))
  await until(() => expect(button.dataset.count).toBe('2'))
}

const panel = () => document.querySelector<HTMLElement>('#comments-panel')
const isOpen = () => panel()?.hidden === false
const opened = () => until(() => expect(isOpen()).toBe(true))
const key = (told: KeyboardEventInit, on: Element = document.body) =>
  on.dispatchEvent(
    new KeyboardEvent('keydown', { code: 'KeyM', altKey: true, key: 'm', bubbles: true, ...told }),
  )

describe('the button', () => {
  it('counts the open threads', async () => {
    await welcomed()
    expect(button.getAttribute('aria-label')).toBe('Comments, 2 open')
    server.put(1, { settled: { at: 1, by: null } })
    comments.hear(commented(server.revision))
    await until(() => expect(button.dataset.count).toBe('1'))
  })

  it('goes with the right to comment, and the panel, the marks and all words with it', async () => {
    await welcomed()
    expect(standing.shown).toEqual([1, 2])
    button.click()
    await opened()
    comments.hear(becomes('reader'))
    expect([button.hidden, isOpen(), standing.shown]).toEqual([true, false, []])
    expect(button.dataset.count).toBeUndefined()
    expect(panel()?.textContent).not.toContain('say 1')
    expect(document.querySelector('.toast')?.textContent).toContain(words.commentsEnded)
    expect(comments.tools).toEqual([])
  })

  it('has nothing to lead to where the server has no comments', () => {
    comments.hear(welcome('editor', null))
    expect(button.hidden).toBe(true)
  })
})

describe('the keys', () => {
  it('open and close the panel', async () => {
    await welcomed()
    key({})
    await opened()
    key({})
    expect(isOpen()).toBe(false)
  })

  it('leave letters to who writes', async () => {
    await welcomed()
    const area = document.createElement('textarea')
    document.body.append(area)
    key({ key: 'µ' }, area)
    const altGr = new KeyboardEvent('keydown', {
      code: 'KeyM',
      altKey: true,
      ctrlKey: true,
      modifierAltGraph: true,
    })
    standing.selected = ANCHOR
    dispatchEvent(altGr)
    expect(panel()).toBeNull()
    expect(comments.unsaid).toBe(0)
  })

  it('begin a comment on what is selected, and say where nothing is', async () => {
    await welcomed()
    key({ ctrlKey: true })
    expect(document.querySelector('.toast')?.textContent).toContain(words.commentSelect)
    standing.selected = ANCHOR
    key({ ctrlKey: true })
    await opened()
    expect(document.activeElement?.id).toBe('comment-new')
    expect([standing.shown, standing.active]).toEqual([[1, 2, 0], 0])
  })
})

describe('a comment that was begun', () => {
  const area = () => document.querySelector('#comment-new') as HTMLTextAreaElement
  const write = (text: string) => {
    area().value = text
    area().dispatchEvent(new Event('input'))
  }

  beforeEach(async () => {
    await welcomed()
    standing.selected = ANCHOR
    key({ metaKey: true })
    await opened()
  })

  it('is asked about when one leaves', () => {
    expect(comments.unsaid).toBe(0)
    write('Why?')
    expect(comments.unsaid).toBe(1)
  })

  it('goes along with its words, and no other takes its place', async () => {
    write('Why?')
    standing.around?.moved(0, { ...ANCHOR, start: 'AC==' })
    standing.selected = { ...ANCHOR, start: 'AD==' }
    key({ metaKey: true })
    expect(document.querySelector('.toast')?.textContent).toContain(words.commentBegun)
    document.querySelector('form')?.requestSubmit()
    await until(() => expect(server.threads).toHaveLength(3))
    expect(server.threads[2]?.start).toBe('AC==')
    await until(() => expect(standing.active).toBe(3))
  })
})

describe('the text', () => {
  it('shows what is said of the words in which the caret stands', async () => {
    await welcomed()
    button.click()
    await opened()
    standing.around?.picked([2])
    await until(() => expect(document.querySelector('[aria-current]')?.id).toBe('thread-2'))
    standing.around?.picked([1, 2])
    expect(standing.active).toBe(2)
    standing.around?.picked([])
    expect(standing.active).toBe(null)
  })

  it('opens the panel at a click on commented words, and keeps the focus', async () => {
    await welcomed()
    place.tabIndex = 0
    place.focus()
    place.querySelector('.comment')?.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    await opened()
    expect(document.activeElement).toBe(place)
  })

  it('gives way to the past, and the comments come when it has gone', async () => {
    await welcomed()
    button.click()
    await opened()
    past.isOpen = true
    margin.turned(true)
    expect(isOpen()).toBe(false)
    button.click()
    expect(past.leave).toHaveBeenCalledTimes(1)
    past.isOpen = false
    margin.turned(false)
    await opened()
  })
})
