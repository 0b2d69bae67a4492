import { setBlockType, splitBlock } from '@tiptap/pm/commands'
import type { Command } from '@tiptap/pm/state'
import { describe, expect, it } from 'vitest'
import { schema } from '../../src/editor/schema-of'
import { Blame } from '../../src/history/blame'
import { contributions } from '../../src/history/contributions'
import { Past, present } from '../../src/history/past'
import { search } from '../../src/history/search'
import { Activity, sittings } from '../../src/history/sittings'
import { Desk, dice, randomDesk, shownBy } from './writers'

const [ANA, BO, CEM] = [1, 2, 3]
const pastOf = ({ ledger }: Desk): Past => new Past(schema, ledger.log(), ledger.columns())
const erase: Command = (state, dispatch) => {
  dispatch?.(state.tr.deleteSelection())
  return true
}
const heading = setBlockType(schema.nodes.heading as never, { level: 1 })

function desk(): Desk {
  const made = new Desk(3)
  made.writer(ANA).type(1, 'Ana wrote this')
  made.sync()
  made.writer(BO).type(15, ' and Bo that')
  made.sync()
  return made
}

describe('blame', () => {
  const all = (blame: Blame) => blame.quoted(0, blame.moment.doc.content.size)
  const said = (blame: Blame) => all(blame).map(({ author, text }) => [author, text])

  it('names who first said each word', () => {
    const past = pastOf(desk())
    const blame = new Blame(past.at(past.head), past.columns)
    expect(said(blame)).toEqual([
      [ANA, 'Ana wrote this'],
      [BO, ' and Bo that'],
    ])
  })

  it.each<[string, number, Command]>([
    ['makes it a heading', 3, heading],
    ['divides it', 5, splitBlock],
  ])('stays when another %s', (_name, at, command) => {
    const made = desk()
    made.writer(CEM).edit(at, at, command)
    made.sync()
    const past = pastOf(made)
    const ranges = all(new Blame(past.at(past.head), past.columns))
    const byAuthor = [ANA, BO, CEM].map((author) =>
      ranges
        .filter((range) => range.author === author)
        .map(({ text }) => text)
        .join(''),
    )
    expect(byAuthor).toEqual(['Ana wrote this', ' and Bo that', ''])
  })

  it('cuts to a selection', () => {
    const past = pastOf(desk())
    const blame = new Blame(past.at(past.head), past.columns)
    expect(blame.quoted(11, 19).map(({ text }) => text)).toEqual(['this', ' and'])
  })

  it('leaves unsaved words to nobody', () => {
    const made = desk()
    made.writer(CEM).type(1, 'New. ')
    const { fragment } = made.writer(CEM)
    const past = pastOf(made)
    const blame = new Blame(present(schema, fragment), past.columns)
    expect(said(blame)[0]).toEqual([null, 'New. '])
  })

  it.each([1, 2, 3, 4])('of the present is that of the head in history %i', (seed) => {
    const made = randomDesk(seed, 60)
    const past = pastOf(made)
    const now = present(schema, made.writer(1).fragment)
    expect(now.doc.toJSON()).toEqual(shownBy(made.ledger, past.head).toJSON())
    expect(said(new Blame(now, past.columns))).toEqual(
      said(new Blame(past.at(past.head), past.columns)),
    )
  })
})

describe('contributions', () => {
  it('are shares of what is left', () => {
    const made = desk()
    made.writer(CEM).edit(1, 5, erase)
    made.sync()
    const past = pastOf(made)
    const found = contributions(new Blame(past.at(past.head), past.columns))
    expect(found.map(({ author, characters }) => [author, characters])).toEqual([
      [BO, 12],
      [ANA, 10],
    ])
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  })
})

describe('sittings', () => {
  const MINUTE = 60_000

  it('end with a pause of more than ten minutes', () => {
    const made = new Desk(2)
    made.writer(ANA).type(1, 'one')
    made.sync()
    made.wait(9 * MINUTE)
    made.writer(BO).type(1, 'two')
    made.sync()
    made.wait(11 * MINUTE)
    made.writer(BO).edit(1, 4, erase)
    made.sync()
    const found = sittings(new Activity(pastOf(made).columns))
    expect(found.map(({ authors, changes }) => [authors, changes])).toEqual([
      [[ANA, BO], 3],
      [[BO], 1],
    ])
    expect(found[1]).toMatchObject({ first: 4, last: 4, added: 0, removed: 3 })
  })

  it('do not count what is only carried', () => {
    const made = desk()
    const before = made.ledger.head
    made.writer(BO).edit(5, 5, heading)
    made.sync()
    const activity = new Activity(pastOf(made).columns)
    expect(activity.added(before + 1, before + 1)).toBeLessThan(5)
    expect(activity.removed(before + 1, before + 1)).toBeLessThan(5)
  })

  it('have a skyline of all rows', () => {
    const past = pastOf(randomDesk(3, 50))
    const activity = new Activity(past.columns)
    const skyline = activity.skyline(7)
    expect(skyline).toHaveLength(7)
    expect(skyline[0]?.first).toBe(1)
    expect(skyline.at(-1)?.last).toBe(past.head)
    const added = skyline.reduce((sum, bucket) => sum + bucket.added, 0)
    expect(added).toBe(activity.added(1, past.head))
  })
})

describe('search', () => {
  it('finds what is gone, with author and deleter', () => {
    const made = desk()
    const born = made.ledger.head
    made.writer(CEM).edit(15, 22, erase)
    made.sync()
    const past = pastOf(made)
    const [find, ...others] = search(past, 'AND bo')
    expect(others).toEqual([])
    expect(find).toMatchObject({ text: 'and Bo', authors: [BO], seq: born })
    expect(find?.died).toMatchObject({ author: CEM, seq: past.head })
    expect(past.at(find?.seq ?? 0).doc.textContent).toContain('and Bo')
  })

  it('finds what was complete only when words inside were deleted', () => {
    const made = new Desk(2)
    made.writer(ANA).type(1, 'never ever again')
    made.sync()
    made.writer(BO).edit(6, 11, erase)
    made.sync()
    const past = pastOf(made)
    const [find] = search(past, 'never again')
    expect(find).toMatchObject({ seq: past.head, died: null, authors: [ANA] })
  })

  it('finds once what is a heading now', () => {
    const made = desk()
    made.writer(BO).edit(5, 5, heading)
    made.sync()
    const finds = search(pastOf(made), 'wrote')
    expect(finds).toHaveLength(1)
    expect(finds[0]?.died).toBeNull()
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('finds all that could be read in history %i', (seed) => {
    const made = randomDesk(seed, 60)
    const past = pastOf(made)
    const random = dice(seed)
    for (let i = 0; i < 20; i++) {
      const seq = 1 + Math.floor(random() * past.head)
      const lines: string[] = []
      past.at(seq).doc.descendants((node) => {
        if (node.isText && node.text) lines.push(node.text)
      })
      const line = lines[Math.floor(random() * lines.length)] ?? ''
      const from = Math.floor(random() * line.length)
      const phrase = line.slice(from, from + 1 + Math.floor(random() * 5))
      if (phrase === '') continue
      const finds = search(past, phrase, Number.MAX_SAFE_INTEGER)
      expect(finds.length, `“${phrase}” after ${seq}`).toBeGreaterThan(0)
      for (const find of finds) {
        const text = past.at(find.seq).doc.textContent.toLowerCase()
        expect(text).toContain(phrase.toLowerCase())
      }
    }
  })
})
