// @vitest-environment jsdom
/** Random work of two people on commented text: while letters of a passage stand, both see it, and the same. */
import type { Editor } from '@tiptap/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Passages, type Placed } from '../../src/comments/passages'
import { agree, company, type Log, type Person } from '../company'
import { dice } from '../history/writers'

vi.mock('../../src/wire/copy', async (original) => {
  const { Shelf } = await import('../shelf')
  return { ...(await original<object>()), Copy: Shelf }
})

// Time passes for comments; what has come is shown when this test says so.
vi.mock('../../src/wire/schedule', () => ({ afterFrame: () => {} }))

const LETTERS = 0x4e00

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** What people say of a text, where each sees it. */
class Said {
  readonly threads = new Map<number, Placed>()
  /** The letters of each passage when it was commented on. */
  readonly letters = new Map<number, string>()
  readonly #seen = new Map<Person, { editor: Editor; passages: Passages }>()

  constructor(readonly log: Log) {}

  /** Of the editor that somebody has now. */
  by(person: Person): Passages {
    const { editor } = person
    const known = this.#seen.get(person)
    if (known?.editor === editor) return known.passages
    known?.passages.stop()
    const passages = new Passages(editor, {
      changed: () => {},
      picked: () => {},
      moved: (number, anchor) => {
        const thread = this.threads.get(number)
        if (thread) this.threads.set(number, { ...thread, anchor })
        this.show()
      },
    })
    this.#seen.set(person, { editor, passages })
    passages.show([...this.threads.values()], null)
    return passages
  }

  show(): void {
    for (const one of this.log.people) this.by(one).show([...this.threads.values()], null)
  }

  comment(person: Person): void {
    const passages = this.by(person)
    const anchor = passages.selected()
    if (!anchor) return
    const number = this.threads.size + 1
    this.threads.set(number, { number, anchor, settled: false })
    this.letters.set(number, (anchor.quote ?? '').replaceAll('\n', ''))
    this.show()
  }

  stop(): void {
    for (const { passages } of this.#seen.values()) passages.stop()
  }
}

describe.each(Array.from({ length: 24 }, (_, i) => i + 1))('random work %i', (seed) => {
  it('leaves each comment with its words', { timeout: 30_000 }, async () => {
    const random = dice(seed)
    vi.spyOn(Math, 'random').mockImplementation(dice(seed + 1_000))
    const below = (count: number) => Math.floor(random() * count)
    let next = LETTERS
    const word = (length: number) => String.fromCharCode(...Array.from({ length }, () => next++))
    const log = await company(2, [word(9), word(9), word(9), word(5)])
    const said = new Said(log)
    const select = ({ state, commands }: Editor, length: number) => {
      const from = below(state.doc.content.size)
      commands.setTextSelection({ from, to: Math.min(state.doc.content.size, from + length) })
    }
    const acts: ((one: Person) => unknown)[] = [
      ({ editor }) => editor.commands.insertContent(word(1 + below(3))),
      ({ editor }) => editor.commands.insertContent(word(1 + below(3))),
      ({ editor }) =>
        editor.state.selection.$from.parent.isTextblock && editor.commands.splitBlock(),
      ({ editor }) => editor.commands.toggleHeading({ level: 2 }),
      ({ editor }) => editor.commands.toggleBulletList(),
      ({ editor }) => {
        editor.commands.setTextSelection(editor.state.selection.$from.start())
        editor.commands.joinTextblockBackward()
      },
      ({ editor }) => {
        select(editor, 2)
        editor.commands.deleteSelection()
      },
      ({ editor }) => {
        select(editor, 3)
        editor.commands.toggleBold()
      },
      ({ editor }) => editor.commands.undo(),
      ({ editor }) => editor.commands.redo(),
      (one) => {
        select(one.editor, 2 + below(8))
        said.comment(one)
      },
    ]
    for (let i = 0; i < 60; i++) {
      const one = log.people[below(2)] as Person
      said.by(one)
      const kind = below(20)
      if (kind < 10) {
        one.editor.commands.setTextSelection(below(one.editor.state.doc.content.size + 1))
        acts[below(acts.length)]?.(one)
      } else if (kind < 13) one.send()
      else if (kind < 15) log.commit(1 + below(3))
      else if (kind < 17) one.take(1 + below(3))
      else if (kind < 18) one.show()
      else if (kind < 19) one.connection ? one.leave(random() < 0.5) : one.come()
      else if (random() < 0.3) await one.reload(random() < 0.5)
      vi.advanceTimersByTime(below(1_500))
    }
    for (let i = 0; i < 3; i++) {
      agree(log)
      said.show()
      vi.advanceTimersByTime(25_000)
    }
    const [first, second] = log.people as [Person, Person]
    expect(first.text).toBe(second.text)
    for (const [number, letters] of said.letters) {
      const stands = [...letters].filter((one) => first.text.includes(one)).join('')
      const [mine, theirs] = [first, second].map((one) => said.by(one).words(number))
      expect([number, theirs]).toEqual([number, mine])
      if (stands) expect(`${number} ${stands}: ${mine}`).toMatch(new RegExp(`: .*[${stands}]`, 's'))
    }
    said.stop()
  })
})
