// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Margin, type Past } from '../../src/beside/margin'
import { ChatSwitch } from '../../src/chat/switch'
import type { Message } from '../../src/wire/frames'
import { until } from '../until'
import { message, SESSION, welcome } from './people'

let button: HTMLButtonElement
let stored: Message[]
let past: Past & { isOpen: boolean }
let margin: Margin
let chat: ChatSwitch

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = () => {}
    },
  )
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  stored = []
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ messages: stored })))
  localStorage.clear()
  button = document.createElement('button')
  button.textContent = 'Chat'
  document.body.append(button)
  past = { isOpen: false, leave: vi.fn() }
  margin = new Margin(() => past)
  chat = new ChatSwitch(SESSION, button, () => true, margin)
})

afterEach(() => {
  // An open panel would note in the next frame, and so in the next test, what it shows.
  if (chat.isOpen) button.click()
  expect(chat.isOpen).toBe(false)
  chat.stop()
  document.body.replaceChildren()
})

async function welcomed(): Promise<void> {
  chat.moved({ at: 'open' })
  chat.hear(welcome('editor'))
  await until(() =>
    expect(button.dataset.count).toBe(stored.length ? String(stored.length) : undefined),
  )
}

const opened = () => until(() => expect(chat.isOpen).toBe(true))
const key = (on: Element, told: KeyboardEventInit) =>
  on.dispatchEvent(
    new KeyboardEvent('keydown', { code: 'KeyC', altKey: true, key: 'c', bubbles: true, ...told }),
  )

describe('the button', () => {
  it('counts what came, tells of it once, and is quiet when one looks', async () => {
    stored = [message(1), message(2)]
    await welcomed()
    expect(button.getAttribute('aria-label')).toBe('Chat, 2 new')
    const heard = document.querySelector('[role=status]')
    expect(heard?.textContent).toBe('2 new in the chat')
    chat.hear({ type: 'Said', json: message(3) })
    expect(button.dataset.count).toBe('3')
    expect(heard?.textContent).toBe('2 new in the chat')
    button.click()
    await opened()
    expect(button.hasAttribute('aria-label')).toBe(false)
    expect(button.getAttribute('aria-expanded')).toBe('true')
    expect(heard?.textContent).toBe('')
  })

  it('follows what was seen in another window', async () => {
    stored = [message(1)]
    await welcomed()
    localStorage.setItem('palimpsest.chat.1.d', '1')
    dispatchEvent(new StorageEvent('storage', { key: 'palimpsest.chat.1.d' }))
    expect(button.dataset.count).toBeUndefined()
  })

  it('counts again what comes after an older backup was restored', async () => {
    localStorage.setItem('palimpsest.chat.1.d', '9')
    stored = [message(1)]
    chat.hear(welcome('editor'))
    await until(() => expect(localStorage.getItem('palimpsest.chat.1.d')).toBe('1'))
    chat.hear({ type: 'Said', json: message(2) })
    expect(button.dataset.count).toBe('1')
  })

  it('goes with the right to speak, and the panel with it', async () => {
    await welcomed()
    button.click()
    await opened()
    chat.hear({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    expect(button.hidden).toBe(true)
    expect(chat.isOpen).toBe(false)
    expect(document.querySelector('.toast')?.textContent).toContain('chat is closed')
  })

  it('waits until the past has gone', async () => {
    await welcomed()
    past.isOpen = true
    margin.turned(true)
    button.click()
    expect(past.leave).toHaveBeenCalledTimes(1)
    expect(chat.isOpen).toBe(false)
    past.isOpen = false
    margin.turned(false)
    await opened()
    margin.turned(true)
    expect(chat.isOpen).toBe(false)
    margin.turned(false)
    expect(chat.isOpen).toBe(false)
  })
})

describe('Alt+C', () => {
  it('opens and closes, whatever letter the keyboard has there', async () => {
    await welcomed()
    key(document.body, { key: 'с' })
    await opened()
    key(document.body, {})
    expect(chat.isOpen).toBe(false)
  })

  it('leaves its letter to who writes on a Mac, and other keys to others', async () => {
    await welcomed()
    const area = document.createElement('textarea')
    document.body.append(area)
    key(area, { key: 'ç' })
    key(document.body, { ctrlKey: true })
    key(document.body, { shiftKey: true })
    expect(document.querySelector('#chat-panel')).toBeNull()
    key(document.body, { key: 'ç' })
    await opened()
  })
})

describe('leaving', () => {
  it('is asked about as long as words are written or not stored', async () => {
    await welcomed()
    expect(chat.unsaid).toBe(0)
    button.click()
    await opened()
    const area = document.querySelector('textarea') as HTMLTextAreaElement
    area.value = 'half a sent'
    expect(chat.unsaid).toBe(1)
    key(area, { key: 'Enter', code: 'Enter', altKey: false })
    expect([chat.unsaid, area.value]).toEqual([1, ''])
    const said = (document.querySelector('.chat-text') as HTMLElement).textContent ?? ''
    expect(said).toBe('half a sent')
  })
})
