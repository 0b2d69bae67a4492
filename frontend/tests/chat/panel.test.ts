// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ChatPanel } from '../../src/chat/panel'
import { Seen } from '../../src/chat/unread'
import { until } from '../until'
import { ANA, BO, Browser, calm, message } from './people'

let ana: Browser
let panel: ChatPanel

beforeEach(async () => {
  // jsdom lays nothing out, and knows no screen.
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe = () => {}
    },
  )
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  localStorage.clear()
  ana = new Browser()
  const { around } = ana.talk
  Object.assign(around, { changed: () => panel.draw() })
  panel = new ChatPanel(ana.talk, new Seen(ANA.id, 'd'), () => panel.hide())
  ana.connect()
  await calm(ana)
  panel.open()
})

afterEach(() => {
  ana.talk.stop()
  document.body.replaceChildren()
})

const found = <T extends Element = HTMLElement>(selector: string) =>
  document.querySelector(selector) as T
const area = () => found<HTMLTextAreaElement>('#chat-text')
const texts = () => [...document.querySelectorAll('.chat-text')].map((one) => one.textContent)

function write(text: string, key: KeyboardEventInit = {}): boolean {
  area().value = text
  const enter = new KeyboardEvent('keydown', {
    key: 'Enter',
    cancelable: true,
    bubbles: true,
    ...key,
  })
  return area().dispatchEvent(enter)
}

describe('Enter', () => {
  it('sends what is written', () => {
    expect(write('  hello \n')).toBe(false)
    expect(texts()).toEqual(['hello'])
    expect(area().value).toBe('')
    expect(found('.chat-fate').textContent).toBe('Sending…')
  })

  it.each([
    ['with Shift', { shiftKey: true }],
    ['while a word is composed', { isComposing: true }],
    ['that ends a composition in Safari', { keyCode: 229 }],
  ])('sends nothing %s', (_, key) => {
    expect(write('hello', key)).toBe(true)
    expect(texts()).toEqual([])
  })

  it.each(['\u200b', '\u202e \u2066\n', '\ufeff', '\u00ad\u2060\u200d', '\u0007'])(
    'sends nothing that nobody could see: %j',
    (text) => {
      write(text)
      expect(panel.draft).toBe('')
      expect(ana.talk.outgoing.size).toBe(0)
    },
  )

  it.each(['👍🏽', '\u200fשלום', '…', '👨\u200d👩'])('sends all of %j', (text) => {
    write(text)
    expect(ana.talk.outgoing.unsaid.map((one) => one.text)).toEqual([text])
  })

  it('sends neither nothing nor too much', () => {
    write(' \n ')
    write('x'.repeat(4001))
    area().dispatchEvent(new Event('input'))
    expect(ana.talk.outgoing.size).toBe(0)
    expect(found('#chat-left').textContent).toBe('1 character too many')
    expect(area().getAttribute('aria-invalid')).toBe('true')
  })
})

describe('what was not stored', () => {
  beforeEach(() => {
    write('too much')
    const key = ana.talk.outgoing.unsaid[0]?.key ?? ''
    ana.talk.hear({ type: 'Notice', kind: 'unsaid', json: { key, reason: 'no-right' } })
  })

  const press = (name: string) =>
    [...document.querySelectorAll('button')].find((one) => one.textContent === name)?.click()

  it('says why, and can be tried again', async () => {
    expect(found('.chat-fate').textContent).toContain('Not sent: you may not speak here any more.')
    press('Try again')
    await calm(ana)
    expect(texts()).toEqual(['too much'])
    expect(found('.chat-fate')).toBeNull()
  })

  it('can be given up, and is there to be written otherwise', () => {
    press('Discard')
    expect(texts()).toEqual([])
    expect(panel.draft).toBe('too much')
  })
})

describe('the log', () => {
  const hear = (number: number, text: string) =>
    ana.talk.hear({ type: 'Said', json: message(number, { text }) })

  it('shows no markup, and addresses as links that tell nothing', () => {
    hear(1, '<img src=x onerror=alert(1)> https://a.example/?q="><b>')
    expect(found('.chat-text').querySelectorAll('img, b')).toHaveLength(0)
    const link = found<HTMLAnchorElement>('.chat-text a')
    expect(link.href).toBe('https://a.example/?q=')
    expect(link.querySelector('bdi')?.textContent).toBe('https://a.example/?q=')
    expect([link.target, link.rel]).toEqual(['_blank', 'noopener noreferrer nofollow'])
  })

  it('is looked through for addresses once, however often it is drawn', () => {
    hear(1, 'https://a.example/1')
    const parsed = vi.spyOn(URL, 'canParse')
    hear(2, 'https://a.example/2')
    panel.draw()
    expect(parsed.mock.calls).toEqual([['https://a.example/2']])
    parsed.mockRestore()
    expect(document.querySelectorAll('.chat-text a')).toHaveLength(2)
  })

  it('is read aloud when something is said, and not when it is opened', async () => {
    hear(1, 'hello')
    expect(found('.chat-log').getAttribute('role')).toBe('log')
    expect(found('.chat-log').getAttribute('aria-live')).toBe('polite')
    hear(2, 'again')
    expect(document.querySelectorAll('.chat-group')).toHaveLength(1)
    panel.hide()
    document.body.replaceChildren()
    const later = new ChatPanel(ana.talk, new Seen(ANA.id, 'd'), () => {})
    later.open()
    expect(found('.chat-log').getAttribute('aria-live')).toBe('off')
    await until(() => expect(found('.chat-log').getAttribute('aria-live')).toBe('polite'))
  })

  it('keeps the place of a message while it is being stored', async () => {
    write('mine')
    const line = found('.chat-line')
    await calm(ana)
    expect(found('.chat-line')).toBe(line)
  })

  it('is seen where one looks, and not where the panel is closed', () => {
    hear(1, 'seen')
    expect(new Seen(ANA.id, 'd').number).toBe(1)
    panel.hide()
    hear(2, 'unseen')
    expect(new Seen(ANA.id, 'd').number).toBe(1)
  })

  it('is in the page only while it is open, and what is being written stays', async () => {
    hear(1, 'secret')
    area().value = 'half a sent'
    panel.hide()
    hear(2, 'unheard')
    expect(document.body.innerHTML).not.toMatch(/secret|unheard/)
    expect(panel.draft).toBe('half a sent')
    ana.talk.hear({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    expect(document.body.innerHTML).not.toMatch(/secret|unheard/)
    ana.server.stored.push(message(1, { text: 'back' }))
    ana.talk.hear({ type: 'Notice', kind: 'role', json: { role: 'editor' } })
    await calm(ana)
    panel.open()
    expect(texts()).toEqual(['back'])
    expect(found('.chat-log').getAttribute('aria-live')).toBe('off')
    expect(area().value).toBe('half a sent')
  })

  it('has no button to remove what is not one’s own', () => {
    hear(1, 'yours')
    expect(document.querySelectorAll('.chat-remove')).toHaveLength(0)
    ana.talk.hear({ type: 'Notice', kind: 'role', json: { role: 'owner' } })
    expect(found('.chat-remove').getAttribute('aria-label')).toBe('Remove “yours”')
    expect(BO.name).toBe(found('.spoken-name').textContent)
  })
})
