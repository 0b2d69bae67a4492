import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ANA, BO, Browser, calm, message, settled } from './people'

let ana: Browser

beforeEach(() => {
  ana = new Browser()
})

afterEach(() => {
  ana.talk.stop()
  vi.useRealTimers()
})

const say = (...texts: string[]) => {
  for (const text of texts) ana.server.store(BO, text, text)
}

describe('what was said', () => {
  it('is read once one is connected, the last of it first', async () => {
    for (let n = 1; n <= 120; n++) say(`say ${n}`)
    expect(ana.talk.state).toBe('loading')
    ana.connect()
    await calm(ana)
    expect(ana.talk.state).toBe('here')
    expect(ana.reads).toHaveLength(50)
    expect([ana.reads[0], ana.reads.at(-1)]).toEqual(['say 71', 'say 120'])
    void ana.talk.earlier()
    void ana.talk.earlier()
    expect(ana.talk.turning).toBe(true)
    await calm(ana)
    expect(ana.talk.turning).toBe(false)
    expect(ana.reads[0]).toBe('say 21')
    void ana.talk.earlier()
    await calm(ana)
    expect(ana.reads).toHaveLength(120)
    expect(ana.talk.transcript.hasEarlier).toBe(false)
  })

  it('is heard as it comes, each once', async () => {
    ana.connect()
    await calm(ana)
    say('one', 'two')
    const [one, two] = ana.server.told
    for (const frame of [one, one, two, one, two]) if (frame) ana.talk.hear(frame)
    expect(ana.reads).toEqual(['one', 'two'])
    expect(ana.server.asked).toEqual([])
  })

  it('is asked for where a message was lost', async () => {
    ana.connect()
    await calm(ana)
    say('lost', 'heard')
    ana.server.told.shift()
    ana.hear()
    expect(ana.reads).toEqual([])
    await ana.server.answerAll()
    expect(ana.reads).toEqual(['lost', 'heard'])
  })

  it('is asked for once more when something came while an answer was on its way', async () => {
    say('early')
    ana.connect()
    const [first] = ana.server.asked.splice(0)
    say('meanwhile')
    ana.talk.hear({ type: 'Said', json: message(2, { text: 'meanwhile', key: 'meanwhile' }) })
    first?.resolve([message(1, { text: 'early' })])
    await settled()
    await ana.server.answerAll()
    expect(ana.reads).toEqual(['early', 'meanwhile'])
  })

  it('is asked for anew when numbers are given again, after an older backup was restored', async () => {
    say('kept', 'gone', 'gone, too')
    ana.connect()
    await calm(ana)
    ana.cut()
    ana.server.stored.length = 1
    ana.server.epoch = 2
    say('later')
    ana.connect()
    await calm(ana)
    expect(ana.reads).toEqual(['kept', 'later'])
  })

  describe('when the server lost its end, in one epoch', () => {
    beforeEach(async () => {
      say('kept', 'gone', 'gone, too')
      ana.connect()
      await calm(ana)
      ana.server.stored.length = 1
    })

    it.each([
      ['heard of under a known number', () => say('later'), ['later']],
      ['heard of after a gap', () => say('a', 'b', 'c', 'd'), ['a', 'b', 'c', 'd']],
    ])('is asked for anew where something else is %s', async (_, happen, later) => {
      happen()
      ana.server.told.splice(0, ana.server.told.length - 1)
      await calm(ana)
      expect(ana.reads).toEqual(['kept', ...later])
    })

    it.each([[[]], [['other']], [['other', 'more', 'yet more']]])(
      'is asked for anew with a new connection, where it has %j',
      async (later) => {
        ana.cut()
        say(...later)
        ana.connect()
        await calm(ana)
        expect(ana.reads).toEqual(['kept', ...later])
      },
    )

    it('is told apart by its author, too, but not where an account is gone', () => {
      const second = message(2, { text: 'gone', key: 'gone' })
      ana.talk.hear({ type: 'Said', json: { ...second, by: null } })
      expect(ana.reads).toEqual(['kept', 'gone', 'gone, too'])
      expect(ana.server.asked).toEqual([])
      ana.talk.hear({ type: 'Said', json: { ...second, by: ANA } })
      expect(ana.reads).toEqual([])
      expect(ana.server.asked).toHaveLength(1)
    })
  })

  it('is asked for in pages, where much was said', async () => {
    say('first')
    ana.connect()
    await calm(ana)
    ana.cut()
    for (let n = 2; n <= 450; n++) say(`say ${n}`)
    ana.connect()
    await calm(ana)
    expect(ana.reads).toHaveLength(450)
  })

  it('is asked for again after a while, where the server could not be reached', async () => {
    ana.connect()
    vi.useFakeTimers()
    const failed = ana.server.answer(false)
    await vi.runOnlyPendingTimersAsync()
    await failed
    expect(ana.talk.state).toBe('failed')
    say('still here')
    await vi.advanceTimersByTimeAsync(8_000)
    vi.useRealTimers()
    await ana.server.answerAll()
    expect(ana.reads).toEqual(['still here'])
  })
})

describe('how far one has seen', () => {
  it('ends where the server ends, which was put back to an older backup', async () => {
    say('kept')
    ana.seen.number = 9
    ana.connect()
    await calm(ana)
    expect(ana.seen.number).toBe(1)
  })

  it('ends there only when all is read', async () => {
    say('kept')
    ana.connect()
    await calm(ana)
    for (let n = 2; n <= 450; n++) say(`say ${n}`)
    ana.server.told = []
    ana.seen.number = 9000
    ana.talk.retry()
    await ana.server.answer(false)
    expect(ana.seen.number).toBe(9000)
    ana.talk.retry()
    for (const seen of [9000, 9000, 450]) {
      await ana.server.answer()
      expect(ana.seen.number).toBe(seen)
    }
  })

  it('is left to another window that sees what is younger than an answer', async () => {
    say('kept')
    ana.connect()
    const [asked] = ana.server.asked.splice(0)
    const page = asked?.answer() ?? []
    say('seen elsewhere')
    ana.seen.number = 2
    asked?.resolve(page)
    await settled()
    expect(ana.seen.number).toBe(2)
  })
})

describe('what one says', () => {
  beforeEach(async () => {
    ana.connect()
    await calm(ana)
  })

  it('is there at once, and becomes a message when it is stored', async () => {
    ana.talk.say('hello')
    expect(ana.reads).toEqual(['hello …'])
    expect(ana.talk.outgoing.size).toBe(1)
    await calm(ana)
    expect(ana.reads).toEqual(['hello'])
    expect(ana.talk.outgoing.size).toBe(0)
  })

  it('is sent again after the connection was lost, under its key, and said once', async () => {
    ana.talk.say('stored, and nobody heard')
    ana.arrive()
    ana.cut()
    ana.talk.say('never arrived')
    expect(ana.reads).toEqual(['stored, and nobody heard …', 'never arrived …'])
    ana.connect()
    await calm(ana)
    expect(ana.reads).toEqual(['stored, and nobody heard', 'never arrived'])
    expect(ana.server.stored).toHaveLength(2)
  })

  it('stands beside the reason when it was not stored, until it is tried again', async () => {
    ana.talk.say('too much')
    const key = ana.talk.outgoing.unsaid[0]?.key ?? ''
    const unsaid = { type: 'Notice', kind: 'unsaid' } as const
    ana.talk.hear({ ...unsaid, json: { key, reason: 'too-long' } })
    expect(ana.reads).toEqual(['too much …too-long'])
    ana.sent.length = 0
    ana.talk.again(key)
    expect(ana.sent).toEqual([{ type: 'Say', key, text: 'too much' }])
    await calm(ana)
    expect(ana.reads).toEqual(['too much'])
  })

  it('is tried again by itself with a new connection only where that may help', () => {
    ana.talk.say('postgres was away')
    ana.talk.say('too long')
    const [away, long] = ana.talk.outgoing.unsaid.map(({ key }) => key)
    const unsaid = { type: 'Notice', kind: 'unsaid' } as const
    ana.talk.hear({ ...unsaid, json: { key: away ?? '', reason: 'later' } })
    ana.talk.hear({ ...unsaid, json: { key: long ?? '', reason: 'too-long' } })
    ana.cut()
    ana.connect()
    expect(ana.sent).toEqual([{ type: 'Say', key: away, text: 'postgres was away' }])
    ana.talk.discard(long ?? '')
    expect(ana.reads).toEqual(['postgres was away …'])
  })

  it('stands among what is not stored until the gap before it is read', async () => {
    ana.talk.say('mine')
    say('lost')
    ana.server.told.shift()
    ana.arrive()
    ana.hear()
    expect(ana.reads).toEqual(['mine …'])
    expect(ana.talk.outgoing.size).toBe(1)
    await ana.server.answer(false)
    expect(ana.reads).toEqual(['mine …'])
    ana.talk.retry()
    await ana.server.answerAll()
    expect(ana.reads).toEqual(['lost', 'mine'])
    expect(ana.talk.outgoing.size).toBe(0)
  })

  it('stands once where it is found among what was said before', async () => {
    ana.talk.say('mine')
    ana.arrive()
    ana.cut()
    for (let n = 1; n <= 60; n++) say(`say ${n}`)
    ana.server.epoch++
    ana.connect()
    await ana.server.answerAll()
    expect(ana.reads).toHaveLength(51)
    void ana.talk.earlier()
    await ana.server.answerAll()
    expect([ana.reads.length, ana.reads[0]]).toEqual([61, 'mine'])
  })

  it('is not taken as stored because somebody else used its key', () => {
    ana.talk.say('mine')
    const key = ana.talk.outgoing.unsaid[0]?.key ?? ''
    ana.talk.hear({ type: 'Said', json: message(1, { key, text: 'yours' }) })
    expect(ana.reads).toEqual(['yours', 'mine …'])
  })
})

describe('taking back', () => {
  beforeEach(async () => {
    ana.connect()
    say('good', 'bad')
    await calm(ana)
  })

  it('leaves the name of who did it in its place, and no word', async () => {
    ana.talk.remove(2)
    expect(ana.talk.outgoing.isRemoving(2)).toBe(true)
    await calm(ana)
    expect(ana.reads).toEqual(['good', '(Ana)'])
    expect(ana.talk.outgoing.size).toBe(0)
    expect(ana.talk.transcript.said.map(({ text }) => text)).toEqual(['good', ''])
  })

  it('is asked for again after the connection was lost', async () => {
    ana.talk.remove(1)
    ana.cut()
    ana.connect()
    await calm(ana)
    expect(ana.reads).toEqual(['(Ana)', 'bad'])
  })

  it.each([
    ['numbers were given again', () => ana.server.epoch++],
    ['one could not speak for a while', () => ana.connect('reader')],
  ])('is not asked for again where %s', async (_, happen) => {
    ana.connect('owner')
    await calm(ana)
    ana.talk.remove(2)
    ana.cut()
    happen()
    ana.connect('owner')
    expect(ana.sent).toEqual([])
    expect(ana.talk.outgoing.size).toBe(0)
    await calm(ana)
    expect(ana.reads).toEqual(['good', 'bad'])
  })

  it('tells after a while that it did not happen', async () => {
    vi.useFakeTimers()
    ana.talk.remove(1)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ana.notRemoved).toBe(1)
    expect(ana.talk.outgoing.size).toBe(0)
  })

  it('is for what one said oneself, and for the owner', () => {
    expect([ANA, BO, null].map((by) => ana.talk.mayRemove({ by }))).toEqual([true, false, false])
    ana.talk.hear({ type: 'Notice', kind: 'role', json: { role: 'owner' } })
    expect([ANA, BO, null].map((by) => ana.talk.mayRemove({ by }))).toEqual([true, true, true])
  })

  it('keeps the words away that an older answer brings', async () => {
    const later = new Browser()
    for (let n = 1; n <= 60; n++) later.server.store(BO, `k${n}`, `say ${n}`)
    later.connect()
    await calm(later)
    void later.talk.earlier()
    const [asked] = later.server.asked.splice(0)
    const page = asked?.answer() ?? []
    later.server.remove(BO, 5)
    later.hear()
    asked?.resolve(page)
    await settled()
    expect(later.reads[4]).toBe('(Bo)')
  })
})

describe('who may not', () => {
  it('is asked nothing, and told nothing', async () => {
    const eve = new Browser('reader')
    expect(eve.talk.allowed).toBe(false)
    eve.connect('reader')
    eve.talk.hear({ type: 'Said', json: message(1) })
    expect(eve.server.asked).toEqual([])
    expect(eve.reads).toEqual([])
  })

  it('keeps nothing of it here, but for what was not said', async () => {
    ana.connect()
    say('secret')
    await calm(ana)
    ana.talk.hear({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    ana.talk.say('lost')
    expect(ana.talk.allowed).toBe(false)
    expect(ana.reads).toEqual(['lost …'])
    ana.talk.hear({ type: 'Notice', kind: 'role', json: { role: 'commenter' } })
    expect(ana.talk.allowed).toBe(true)
    await calm(ana)
    expect(ana.reads).toEqual(['secret', 'lost'])
  })

  it('hears nothing of an answer that was on its way', async () => {
    say('secret')
    ana.connect()
    ana.talk.hear({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    await ana.server.answerAll()
    expect(ana.reads).toEqual([])
  })

  it('has no chat at a server of an earlier release, which knows no such frame', () => {
    ana.connect('editor', null)
    expect(ana.talk.allowed).toBe(false)
    ana.talk.say('?')
    ana.cut()
    ana.connect('editor', null)
    expect(ana.server.asked).toEqual([])
    expect(ana.sent).toEqual([])
  })
})
