// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endOf, parts } from '../../src/beside/links'
import { Outgoing } from '../../src/chat/outgoing'
import { type Line, lines, type Row, rows } from '../../src/chat/rows'
import { Transcript } from '../../src/chat/transcript'
import { Seen, unread } from '../../src/chat/unread'
import { forgetUser } from '../../src/editor/session'
import type { Message } from '../../src/wire/frames'
import { ANA, BO, message } from './people'

const MINUTE = 60_000
const NOON = new Date(2026, 9, 14, 12, 0).getTime()

function told(...messages: Message[]): Transcript {
  const transcript = new Transcript()
  transcript.takeAll(messages)
  return transcript
}

describe('addresses', () => {
  const found = (text: string) => parts(text).flatMap(({ href }) => href ?? [])

  it.each([
    ['see https://a.example/x.', ['https://a.example/x']],
    [
      '(https://a.example/x_(y)) and HTTP://B.example?q=1&r=2#s!',
      ['https://a.example/x_(y)', 'HTTP://B.example?q=1&r=2#s'],
    ],
    ['“https://a.example”, he said', ['https://a.example']],
    ['line\nhttps://a.example/\nline', ['https://a.example/']],
    ['https://de.wikipedia.org/wiki/Zürich…', ['https://de.wikipedia.org/wiki/Zürich']],
  ])('are found in %j', (text, addresses) => {
    expect(found(text)).toEqual(addresses)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'www.a.example',
    'xhttps://a.example',
    'https://',
    'https://.',
    'http://[',
    'http://google.com@evil.example/',
    'https://a:b@evil.example',
    'https://:b@evil.example',
  ])('are none in %j', (text) => {
    expect(parts(text)).toEqual([{ text, href: null }])
  })

  it.each([
    [`http://a${'…'.repeat(2600)}a${')'.repeat(1300)}`, `http://a${'…'.repeat(2600)}a`],
    [`http://a${'.'.repeat(2600)}a${')'.repeat(1300)}`, `http://a${'.'.repeat(2600)}a`],
    [`http://a${')'.repeat(3990)}`, 'http://a'],
    [`http://a${').'.repeat(1995)}`, 'http://a'],
    [`http://a/${'('.repeat(10)}${')'.repeat(12)}…`, `http://a/${'('.repeat(10)}${')'.repeat(10)}`],
    ['[(http://a/x)]', 'http://a/x'],
    ['{http://a/[x]}', 'http://a/[x]'],
  ])('end where they end, in run %#', (text, address) => {
    const letters = text.slice(text.indexOf('http'))
    let looks = 0
    const watched = new Proxy([...letters], {
      get(target, property) {
        if (property !== 'length') looks++
        return Reflect.get(target, property)
      },
    })
    expect(letters.slice(0, endOf(watched))).toBe(address)
    expect(looks).toBeLessThanOrEqual(2 * letters.length)
    expect(found(text)).toEqual(URL.canParse(address) ? [address] : [])
  })

  it('lose no letter of the text', () => {
    const text = 'a https://a.example, (b https://b.example/). https:// c\n'
    expect(
      parts(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text)
    expect(parts('')).toEqual([])
  })
})

describe('rows', () => {
  const shape = (all: Row[]) =>
    all.map((row) => (row.kind === 'group' ? row.lines.map(({ text }) => text) : row.kind))
  const at = (minutes: number, number: number, told: Partial<Message> = {}) =>
    message(number, { at: NOON + minutes * MINUTE, ...told })
  const drawn = (transcript: Transcript, fresh: number | null = null) =>
    rows(lines(transcript, new Outgoing(ANA.id), ANA), fresh)

  it('put what one person says within five minutes below one name', () => {
    const all = told(at(0, 1), at(4, 2), at(8, 3), at(14, 4), at(15, 5, { by: ANA }), at(16, 6))
    const of = [['say 1', 'say 2', 'say 3'], ['say 4'], ['say 5'], ['say 6']]
    expect(shape(drawn(all))).toEqual(['day', ...of])
  })

  it('begin each day with its name, even within five minutes', () => {
    const all = told(at(719, 1), at(721, 2), at(2 * 1440, 3))
    expect(shape(drawn(all))).toEqual(['day', ['say 1'], 'day', ['say 2'], 'day', ['say 3']])
  })

  it('have each a name of its own, even where a day comes twice', () => {
    const all = told(at(719, 1), at(721, 2), at(718, 3), at(722, 4))
    const ids = drawn(all, 3).flatMap((row) =>
      row.kind === 'group' ? [row.id, ...row.lines.slice(1).map(({ id }) => id)] : [row.id],
    )
    expect(ids).toHaveLength(9)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('tell where begins what one has not seen', () => {
    const all = told(at(0, 1), at(1, 2), at(2, 3))
    expect(shape(drawn(all, 2))).toEqual(['day', ['say 1'], 'new', ['say 2', 'say 3']])
    expect(shape(drawn(all, 1))).toEqual(['day', 'new', ['say 1', 'say 2', 'say 3']])
  })

  it('do not take former members for one person', () => {
    expect(shape(drawn(told(at(0, 1, { by: null }), at(1, 2, { by: null }))))).toEqual([
      'day',
      ['say 1'],
      ['say 2'],
    ])
  })

  it('keep what was taken back in its place, without its words', () => {
    const all = told(at(0, 1), at(1, 2), at(2, 3, { by: ANA, text: '', removes: 1 }))
    const [, group] = drawn(all) as [Row, { lines: Line[] }]
    expect(group.lines.map(({ text, fate }) => [text, fate])).toEqual([
      ['', { is: 'removed', by: ANA }],
      ['say 2', { is: 'said' }],
    ])
  })

  it('end with what is not stored, by whatever clock, under a name that it keeps', () => {
    const all = told(at(0, 1))
    const outgoing = new Outgoing(ANA.id)
    outgoing.say('key', 'waits', NOON - 3 * 1440 * MINUTE)
    const before = lines(all, outgoing, ANA)
    expect(before.map(({ text, at }) => [text, at])).toEqual([
      ['say 1', NOON],
      ['waits', NOON],
    ])
    const said = at(1, 2, { by: ANA, key: 'key', text: 'waits' })
    all.take(said)
    outgoing.heard(said)
    expect(lines(all, outgoing, ANA).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })
})

describe('what one has not seen', () => {
  beforeEach(() => localStorage.clear())
  afterEach(() => localStorage.clear())

  it('is what others said since, and did not take back', () => {
    const all = told(
      message(1),
      message(2),
      message(3),
      message(4, { removes: 2, text: '' }),
      message(5),
    )
    expect(unread(all, 0, ANA.id)).toEqual({ count: 3, more: false, first: 1 })
    expect(unread(all, 1, ANA.id)).toEqual({ count: 2, more: false, first: 3 })
    expect(unread(all, 5, ANA.id)).toEqual({ count: 0, more: false, first: null })
  })

  it('is nothing before what one said oneself', () => {
    const all = told(message(1), message(2, { by: ANA }), message(3))
    expect(unread(all, 0, ANA.id)).toMatchObject({ count: 1, first: 3 })
  })

  it('may be more than what is known here', () => {
    const all = told(message(71), message(72))
    expect(unread(all, 3, ANA.id)).toMatchObject({ count: 2, more: true })
    expect(unread(all, 70, ANA.id)).toMatchObject({ count: 2, more: false })
    expect(unread(new Transcript(), 0, BO.id)).toEqual({ count: 0, more: false, first: null })
  })

  it('is kept by person and document, goes back only where nothing is, and goes with the person', () => {
    const seen = new Seen(7, 'd')
    seen.reach(5)
    seen.reach(3)
    expect(new Seen(7, 'd').number).toBe(5)
    expect(new Seen(8, 'd').number).toBe(0)
    expect(new Seen(7, 'e').number).toBe(0)
    seen.lower(6)
    expect(seen.number).toBe(5)
    seen.lower(4)
    expect(new Seen(7, 'd').number).toBe(4)
    forgetUser()
    expect(seen.number).toBe(0)
  })
})
