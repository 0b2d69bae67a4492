// @vitest-environment jsdom
/**
 * People who write, join, split and toggle at the same time, over a log that stores in any order:
 * every letter that nobody deleted stands once, in everybody's document.
 */
import type { Editor } from '@tiptap/core'
import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { Copies, later, Rows } from '../src/editor/copies'
import { agree, company, type Log, type Person } from './company'
import { dice } from './history/writers'

vi.mock('../src/wire/copy', async (original) => {
  const { Shelf } = await import('./shelf')
  return { ...(await original<object>()), Copy: Shelf }
})

const written = (text: string): string => text.replaceAll('/', '')

const LETTERS = 0x4e00

/** The first commits, and the second has not heard of it; or both at once. */
function cross(log: Log, first: Person, second: Person, apart: boolean): void {
  first.send()
  if (apart) log.commit(1)
  second.send()
  log.commit(2)
  agree(log)
}

/** Whose letter it was that stands: what copies say that are declared in the log. */
function authorOf(log: Log, { doc }: Person, letter: string): number {
  const copies = new Copies(new Rows(log.rows.map(({ update }) => update)).copies)
  const [found] = [...doc.store.clients.values()].flat().flatMap((item) => {
    if (!(item instanceof Y.Item && item.content instanceof Y.ContentString)) return []
    const at = item.deleted ? -1 : item.content.str.indexOf(letter)
    return at < 0 ? [] : [later(item.id, at)]
  })
  let id = found as Y.ID
  for (let [source] = copies.sources(id); source; [source] = copies.sources(id)) id = source
  return id.client
}

const ORDERS = [
  ['before it', 0, 'first', true],
  ['inside it', 1, 'first', true],
  ['behind it', 3, 'first', true],
  ['before it', 0, 'last', true],
  ['inside it', 1, 'last', true],
  ['behind it', 3, 'last', true],
  ['inside it', 1, 'at once', false],
] as const

describe.each([
  ['joins it', ({ commands }: Editor) => commands.joinTextblockBackward(), 'one'],
  ['makes it a heading', ({ commands }: Editor) => commands.setHeading({ level: 2 }), 'one/'],
] as const)('what is written into a paragraph while another %s', (_, take, before) => {
  it.each(ORDERS)('%s (at %i) stands there, when it comes %s', async (_, at, when, apart) => {
    const log = await company(2, ['one', 'two'])
    const [writer, taker] = log.people as [Person, Person]
    writer.editor.commands.insertContentAt(6 + at, '!')
    taker.editor.commands.setTextSelection(6)
    take(taker.editor)
    if (when === 'last') cross(log, taker, writer, apart)
    else cross(log, writer, taker, apart)
    const text = `${before}${'two'.slice(0, at)}!${'two'.slice(at)}`
    expect(log.people.map((one) => one.text)).toEqual([text, text])
    expect(authorOf(log, writer, '!')).toBe(writer.doc.clientID)
  })
})

describe('what is written where another', () => {
  it('had joined it comes back in a paragraph when the tab that was closed is found', async () => {
    const log = await company(2, ['one', 'two'])
    const [writer, taker] = log.people as [Person, Person]
    writer.editor.commands.insertContentAt(7, '!')
    const left = writer.draft.outbox.updates
    writer.draft.abandon()
    taker.editor.commands.setTextSelection(6)
    taker.editor.commands.joinTextblockBackward()
    agree(log)
    writer.draft.outbox.add(left)
    writer.draft.replica.adopt(left, writer.draft)
    agree(log)
    expect(log.people.map((one) => one.text)).toEqual(['onetwo/!', 'onetwo/!'])
  })

  it('deletes the whole paragraph comes back in a paragraph', async () => {
    const log = await company(2, ['one', 'two', 'three'])
    const [writer, taker] = log.people as [Person, Person]
    writer.editor.commands.insertContentAt(7, '!')
    taker.editor.commands.deleteRange({ from: 5, to: 10 })
    cross(log, writer, taker, true)
    expect(log.people.map((one) => one.text)).toEqual(['one/!/three', 'one/!/three'])
  })

  it('joins a paragraph that a third joins to another one stands in the last one, behind what it was in', async () => {
    const log = await company(3, ['one', 'two', 'three'])
    const [writer, a, b] = log.people as [Person, Person, Person]
    writer.editor.commands.insertContentAt(12, '!')
    a.editor.commands.setTextSelection(11)
    a.editor.commands.joinTextblockBackward()
    b.editor.commands.setTextSelection(6)
    b.editor.commands.joinTextblockBackward()
    for (const one of [a, b, writer]) one.send()
    log.commit(2)
    log.commit(1)
    agree(log)
    expect(log.people.map((one) => one.text)).toEqual(Array(3).fill('onetwothree!'))
  })

  it('joins it is taken back by undo, and comes again by redo', async () => {
    const log = await company(2, ['one', 'two'])
    const [writer, taker] = log.people as [Person, Person]
    writer.editor.commands.insertContentAt(7, '!')
    taker.editor.commands.setTextSelection(6)
    taker.editor.commands.joinTextblockBackward()
    cross(log, taker, writer, true)
    writer.editor.commands.undo()
    agree(log)
    expect(log.people.map((one) => one.text)).toEqual(['onetwo', 'onetwo'])
    writer.editor.commands.redo()
    agree(log)
    expect(log.people.map((one) => one.text)).toEqual(['onet!wo', 'onet!wo'])
  })

  it('joins it is not brought back once its writer has deleted it', async () => {
    const log = await company(2, ['one', 'two'])
    const [writer, taker] = log.people as [Person, Person]
    writer.editor.commands.insertContentAt(7, '!')
    writer.editor.commands.deleteRange({ from: 7, to: 8 })
    taker.editor.commands.setTextSelection(6)
    taker.editor.commands.joinTextblockBackward()
    cross(log, writer, taker, true)
    expect(log.people.map((one) => one.text)).toEqual(['onetwo', 'onetwo'])
  })

  it('joins it stays once when both come back from being away', async () => {
    const log = await company(2, ['one', 'two'])
    const [writer, taker] = log.people as [Person, Person]
    writer.editor.commands.insertContentAt(7, '!')
    taker.editor.commands.setTextSelection(6)
    taker.editor.commands.joinTextblockBackward()
    await writer.reload(false)
    await taker.reload(false)
    agree(log)
    expect(log.people.map((one) => one.text)).toEqual(['onet!wo', 'onet!wo'])
  })
})

const TAKES = [
  ['first', true],
  ['last', true],
  ['at once', false],
] as const

describe.each(TAKES)(
  'styles put on a paragraph while another takes it away, coming %s',
  (when, apart) => {
    const meet = (log: Log) => {
      const [writer, taker] = log.people as [Person, Person]
      if (when === 'last') cross(log, taker, writer, apart)
      else cross(log, writer, taker, apart)
      return log.people.map(({ editor }) => editor.getHTML())
    }
    const both = (html: string) => [html, html]

    it('come along with what was written', async () => {
      const log = await company(2, ['one', 'two'])
      const [writer, taker] = log.people as [Person, Person]
      writer.editor.commands.insertContentAt(7, '<strong>!</strong>')
      taker.editor.commands.setTextSelection(6)
      taker.editor.commands.joinTextblockBackward()
      expect(meet(log)).toEqual(both('<p>onet<strong>!</strong>wo</p>'))
    })

    it('come along to what another had written, and where it is away those that were known stay', async () => {
      const log = await company(2, ['one', 'twofour'])
      const [writer, taker] = log.people as [Person, Person]
      writer.editor.commands.setTextSelection({ from: 9, to: 13 })
      writer.editor.commands.setBold()
      agree(log)
      writer.editor.commands.setTextSelection({ from: 6, to: 9 })
      writer.editor.commands.setBold()
      writer.editor.commands.setTextSelection({ from: 12, to: 13 })
      writer.editor.commands.unsetBold()
      taker.editor.commands.setTextSelection(6)
      taker.editor.commands.setHeading({ level: 2 })
      expect(meet(log)).toEqual(both('<p>one</p><h2><strong>twofou</strong>r</h2>'))
    })

    it('stay away where a text may have none', async () => {
      const log = await company(2, ['one', 'two'])
      const [writer, taker] = log.people as [Person, Person]
      writer.editor.commands.insertContentAt(7, '<strong>!</strong>')
      taker.editor.commands.setTextSelection(6)
      taker.editor.commands.setCodeBlock()
      expect(meet(log)).toEqual(both('<p>one</p><pre><code>t!wo</code></pre>'))
    })
  },
)

describe('what two do to one paragraph at once', () => {
  it('leaves characters of two halves whole when both join it', async () => {
    const log = await company(2, ['one', 't😀wo'])
    const [a, b] = log.people as [Person, Person]
    for (const { editor } of [a, b]) {
      editor.commands.setTextSelection(6)
      editor.commands.joinTextblockBackward()
    }
    cross(log, a, b, true)
    expect(log.people.map((one) => one.text)).toEqual(['onet😀wo', 'onet😀wo'])
  })

  it('is said once where each writes again what the other wrote again', async () => {
    const log = await company(2, ['abcd', 'efg'])
    const [a, b] = log.people as [Person, Person]
    a.editor.commands.setTextSelection(7)
    a.editor.commands.joinTextblockBackward()
    b.editor.commands.setTextSelection(8)
    b.editor.commands.setHardBreak()
    b.editor.commands.setTextSelection(5)
    b.editor.commands.setHeading({ level: 2 })
    cross(log, a, b, false)
    expect(log.people.map(({ text }) => text.replace('\n', ''))).toEqual(['abcdefg', 'abcdefg'])
  })

  it('is found however often the one wrote it again before deleting it', async () => {
    const log = await company(2, ['one', 'x'.repeat(160), 'three'])
    const [writer, taker] = log.people as [Person, Person]
    writer.editor.commands.insertContentAt(7, '!')
    taker.editor.commands.setTextSelection(7)
    taker.editor.commands.setHeading({ level: 2 })
    taker.editor.commands.setParagraph()
    taker.editor.commands.setHeading({ level: 2 })
    taker.editor.commands.deleteRange({ from: 5, to: 167 })
    cross(log, writer, taker, true)
    for (const { text } of log.people) expect(written(text)).toBe('one!three')
  })
})

type Habits = { steps: number; writing: number; reloading: number; most: number }

const MANY: Habits = { steps: 60, writing: 5, reloading: 0.3, most: 4 }
const TWO: Habits = { steps: 45, writing: 4, reloading: 0.7, most: 2 }

/**
 * Two works found Yjs deleting beside the place; the last found two who took away each the copy that
 * the other had left.
 */
const WORKS: [number, Habits][] = [
  ...Array.from({ length: 50 }, (_, i): [number, Habits] => [i + 1, MANY]),
  [9139, MANY],
  [9445, MANY],
  ...Array.from({ length: 10 }, (_, i): [number, Habits] => [i + 1, TWO]),
  [666, TWO],
]

describe.each(WORKS)('random work %i', (seed, { steps, writing, reloading, most }) => {
  it('leaves every letter once', async () => {
    const random = dice(seed)
    const below = (count: number) => Math.floor(random() * count)
    let next = LETTERS
    const word = (length: number) => String.fromCharCode(...Array.from({ length }, () => next++))
    const log =
      most > 2
        ? await company(2 + below(most - 1), [word(3), word(3), word(3), word(2)])
        : await company(2, [word(3), word(3), word(2)])
    const deleted = new Set<string>()
    const act = ({ editor }: Person) => {
      const at = below(editor.state.doc.content.size + 1)
      editor.commands.setTextSelection(at)
      const { $from } = editor.state.selection
      const kind = below(10)
      if (kind < writing) return editor.commands.insertContent(word(1 + below(3)))
      if (kind < writing + 1) return editor.commands.splitBlock()
      if (kind < 7) return editor.commands.setHeading({ level: 2 })
      if (kind < 8) return editor.commands.setParagraph()
      if (kind < 9) {
        const to = Math.min($from.end(), $from.pos + 2)
        for (const one of editor.state.doc.textBetween($from.pos, to)) deleted.add(one)
        editor.commands.setTextSelection({ from: $from.pos, to })
        return editor.commands.deleteSelection()
      }
      editor.commands.setTextSelection($from.start())
      return editor.commands.joinTextblockBackward()
    }
    for (let i = 0; i < steps; i++) {
      const one = log.people[below(log.people.length)] as Person
      const kind = below(20)
      if (kind < 10) act(one)
      else if (kind < 13) one.send()
      else if (kind < 15) log.commit(1 + below(3))
      else if (kind < 17) one.take(1 + below(3))
      else if (kind < 18) one.show()
      else if (kind < 19) one.connection ? one.leave(random() < 0.5) : one.come()
      else if (random() < reloading) await one.reload(random() < 0.5)
    }
    agree(log)
    const [first] = log.people as [Person]
    const all = Array.from({ length: next - LETTERS }, (_, i) => String.fromCharCode(LETTERS + i))
    const times = (one: string) => written(first.text).split(one).length - 1
    const lost = all.filter((one) => times(one) === 0 && !deleted.has(one)).join('')
    const doubled = all.filter((one) => times(one) > 1).join('')
    expect(log.people.map(({ text }) => text)).toEqual(log.people.map(() => first.text))
    expect({ lost, doubled }).toEqual({ lost: '', doubled: '' })
  })
})
