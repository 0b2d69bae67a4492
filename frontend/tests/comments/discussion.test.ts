/** What one browser knows and has still to say, whatever happens on the way. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Refused } from '../../src/api'
import { words } from '../../src/catalogue'
import { type Draft, NEW } from '../../src/comments/drafts'
import type { Thread } from '../../src/comments/threads'
import { ANA, ANCHOR, becomes, comment, commented, Part, welcome } from './people'

let part: Part

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  part = new Part()
})

afterEach(() => {
  part.discussion.stop()
  vi.useRealTimers()
})

const quiet = () => vi.advanceTimersByTimeAsync(0)
const draft = (of = NEW) => part.discussion.drafts.of(of) as Draft
const first = () => part.discussion.threads.of(1) as Thread

async function welcomed(role: 'editor' | 'commenter' = 'editor'): Promise<void> {
  part.discussion.hear(welcome(role))
  await quiet()
}

/** Writes a new comment, or an answer. */
function write(text: string, of = NEW): Draft {
  part.discussion.drafts.begin(of, of === NEW ? ANCHOR : null)
  part.discussion.drafts.change(of, { text })
  return draft(of)
}

describe('reading', () => {
  it('takes all at first, and then what changed', async () => {
    part.server.page = 2
    for (const number of [1, 2, 3]) part.server.put(number, {})
    await welcomed()
    expect(part.reads).toHaveLength(3)
    part.server.say(2, { text: 'answer' })
    part.discussion.hear(commented(4))
    await quiet()
    expect(part.reads[1]).toEqual(['say 1', 'answer'])
  })

  it('asks for nothing that it knows', async () => {
    part.server.put(1, {})
    await welcomed()
    const after = vi.spyOn(part.discussion.around.calls, 'after')
    part.discussion.hear(commented(1))
    await quiet()
    expect(after).not.toHaveBeenCalled()
  })

  it('asks again after a while where the server did not answer', async () => {
    part.server.put(1, {})
    part.server.ways.push('away', new Refused(503, ''))
    await welcomed()
    expect(part.discussion.state).toBe('failed')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(part.discussion.state).toBe('here')
    expect(part.reads).toHaveLength(1)
  })

  it('begins anew with another epoch, and where the server knows less', async () => {
    part.server.put(1, {})
    part.server.put(2, {})
    await welcomed()
    part.server.threads.length = 0
    part.server.revision = 0
    part.server.put(1, {})
    part.discussion.hear(welcome('editor'))
    await quiet()
    expect(part.reads).toHaveLength(1)
    part.discussion.hear(welcome('editor', 4000, 2))
    expect(part.reads).toEqual([])
    await quiet()
    expect(part.reads).toHaveLength(1)
  })

  it('begins anew where a notice tells less than it knows', async () => {
    part.server.put(1, {})
    part.server.put(2, {})
    await welcomed()
    part.server.threads.pop()
    part.server.revision = 1
    part.discussion.hear(commented(1))
    await quiet()
    expect(part.reads).toHaveLength(1)
  })

  it('tells in which epoch it saw words, and none that it saw in another', async () => {
    write('before it was told of any')
    await welcomed()
    expect(draft().anchor).toEqual({ ...ANCHOR, quote: '' })
    write('seen in this one')
    part.discussion.hear(welcome('editor'))
    expect(draft().anchor).toEqual(ANCHOR)
    await part.discussion.send(draft())
    write('redacted meanwhile')
    part.discussion.hear(welcome('editor', 4000, 2))
    await quiet()
    expect(draft().anchor).toEqual({ ...ANCHOR, quote: '' })
    await part.discussion.send(draft())
    part.discussion.move(1, ANCHOR)
    await quiet()
    expect(part.server.epochs).toEqual([1, 2, 2])
  })

  it('has nothing where the server has no comments', () => {
    part.discussion.hear(welcome('editor', null))
    expect(part.discussion.allowed).toBe(false)
  })
})

describe('the right to comment', () => {
  it('goes with all that others said, and one’s own words stay', async () => {
    part.server.put(1, {})
    await welcomed('commenter')
    write('mine', 't1')
    part.discussion.hear(becomes('reader'))
    expect(part.reads).toEqual([])
    expect(part.discussion.allowed).toBe(false)
    expect(part.discussion.drafts.size).toBe(1)
    part.discussion.hear(becomes('commenter'))
    await quiet()
    expect(part.reads).toEqual([['say 1']])
    expect(draft('t1').text).toBe('mine')
  })

  it('is lost while an answer is on its way, which then is not read', async () => {
    part.server.put(1, {})
    part.discussion.hear(welcome('commenter'))
    part.discussion.hear(becomes('reader'))
    await quiet()
    expect(part.reads).toEqual([])
  })
})

describe('what one writes', () => {
  it('is a thread once it is stored', async () => {
    await welcomed()
    const sent = part.discussion.send(write('  Why?  '))
    expect(draft().sending).toBe(true)
    expect((await sent)?.number).toBe(1)
    expect(part.reads).toEqual([['Why?']])
    expect(part.discussion.drafts.size).toBe(0)
    expect(first().start).toBe(ANCHOR.start)
  })

  it('stays with a sentence where it was not, and is sent again under the same key', async () => {
    await welcomed()
    const { key } = write('Why?')
    part.server.ways.push('away')
    expect(await part.discussion.send(draft())).toBe(null)
    const wrong = words.commentOffline
    expect(draft()).toMatchObject({ key, text: 'Why?', sending: false, wrong })
    part.server.ways.push(new Refused(409, 'There are 1,000 threads.'))
    await part.discussion.send(draft())
    expect(draft()).toMatchObject({ key, wrong: 'There are 1,000 threads.' })
    await part.discussion.send(draft())
    expect(part.reads).toEqual([['Why?']])
    expect(part.discussion.drafts.size).toBe(0)
  })

  it('is stored once where only the answer was lost', async () => {
    await welcomed()
    write('Why?')
    part.server.ways.push('lost')
    await part.discussion.send(draft())
    expect(part.discussion.drafts.size).toBe(1)
    part.discussion.hear(commented(1))
    await quiet()
    expect(part.discussion.drafts.size).toBe(0)
    expect(part.reads).toEqual([['Why?']])
  })

  it('is another comment where it was changed after it was stored unheard', async () => {
    await welcomed()
    const { key } = write('Why?')
    part.server.ways.push('lost')
    await part.discussion.send(draft())
    part.discussion.drafts.change(NEW, { text: 'Why not?' })
    await part.discussion.send(draft())
    expect(part.reads).toEqual([['Why?']])
    expect(draft().text).toBe('Why not?')
    expect(draft().key).not.toBe(key)
  })

  it('never answers another thread that was given the number', async () => {
    part.server.put(1, {})
    await welcomed()
    write('Indeed', 't1')
    part.server.put(1, { comments: [comment(1, { key: 'other' })] })
    part.discussion.hear(welcome('editor', 4000, 2))
    await quiet()
    expect(await part.discussion.send(draft('t1'))).toBe(null)
    expect(part.reads).toEqual([['say 1']])
  })

  it.each(['', ' \n', '\u200b', 'x'.repeat(4001)])('is not sent: %j', async (text) => {
    await welcomed()
    await part.discussion.send(write(text))
    expect(part.server.threads).toEqual([])
  })

  it('stands beside what another said at once', async () => {
    part.server.put(1, {})
    await welcomed()
    const sent = part.discussion.send(write('Mine', 't1'))
    part.server.say(1, { text: 'Bo’s', key: 'b' })
    await sent
    expect(part.reads).toEqual([['say 1', 'Bo’s', 'Mine']])
  })
})

describe('a thread', () => {
  beforeEach(async () => {
    part.server.put(1, {})
    await welcomed()
  })

  it('is settled, and open again', async () => {
    await part.discussion.settle(first(), true)
    expect(part.discussion.threads.open).toEqual([])
    await part.discussion.settle(first(), false)
    expect(part.discussion.threads.open).toHaveLength(1)
  })

  it('stays as it is where that was not done, and why is said', async () => {
    part.server.ways.push(new Refused(500, ''))
    expect(await part.discussion.settle(first(), true)).toBe(null)
    expect(part.failures).toEqual([words.notDone])
    expect(part.discussion.threads.open).toHaveLength(1)
  })

  it('loses what its author or the document’s owner takes back', async () => {
    const said = first().comments[0] ?? comment(1)
    expect(part.discussion.mayRemove(said)).toBe(false)
    expect(part.discussion.mayRemove({ ...said, by: ANA })).toBe(true)
    part.discussion.hear(becomes('owner'))
    expect(part.discussion.mayRemove(said)).toBe(true)
    await part.discussion.remove(first(), said)
    expect(part.reads).toEqual([['']])
  })

  it('stands where its words went, from here on and for others', async () => {
    const anchor = { ...ANCHOR, start: 'AC==' }
    part.server.ways.push('away')
    part.discussion.move(1, anchor)
    expect(part.discussion.anchorOf(first())).toEqual(anchor)
    await quiet()
    expect(part.server.threads[0]?.start).toBe(ANCHOR.start)
    part.discussion.hear(welcome('editor'))
    await quiet()
    expect(part.server.threads[0]?.start).toBe('AC==')
    part.server.put(1, { start: 'AD==' })
    part.discussion.hear(commented(3))
    await quiet()
    expect(part.discussion.anchorOf(first()).start).toBe('AD==')
  })

  it('is moved by nobody who may not write', async () => {
    part.discussion.hear(becomes('commenter'))
    part.discussion.move(1, { ...ANCHOR, start: 'AC==' })
    await quiet()
    expect(part.server.threads[0]?.start).toBe(ANCHOR.start)
  })
})
