// @vitest-environment jsdom
/** A comment stays with its words, whatever somebody does to them, here and where it is heard. */
import type { Editor } from '@tiptap/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { placeOf, type Someone, Two } from './two'

let two: Two
const TEXT = 'A quick brown fox jumps'

beforeEach(() => {
  vi.useFakeTimers()
  two = new Two('Before it.', TEXT, 'After it.')
})

afterEach(() => {
  for (const { passages } of two.all) passages.stop()
  vi.useRealTimers()
})

const type = (words: string, at: number) => (one: Someone) => {
  one.editor.commands.insertContentAt(placeOf(one.editor, 'brown').from + at, words)
}
const cut = (words: string) => (one: Someone) => {
  one.editor.commands.deleteRange(placeOf(one.editor, words))
}
const inside =
  (act: (editor: Editor) => unknown, words = 'own fox') =>
  (one: Someone) => {
    one.editor.commands.setTextSelection(placeOf(one.editor, words).from)
    act(one.editor)
  }

describe.each([
  ['here', () => two.a],
  ['by another', () => two.b],
] as const)('what is done %s', (_, someone) => {
  it.each<[string, (one: Someone) => void, string | null]>([
    ['typing before it', type('very ', -3), 'brown fox'],
    ['typing at its beginning', type('dark ', 0), 'brown fox'],
    ['typing at its end', type('y', 9), 'brown fox'],
    ['typing inside it', type('-red', 5), 'brown-red fox'],
    ['deleting its beginning', cut('brown '), 'fox'],
    ['deleting its end', cut(' fox'), 'brown'],
    ['deleting its middle', cut('own f'), 'brox'],
    ['deleting it and more', cut('quick brown fox jumps'), null],
    ['Enter inside it', inside(({ commands }) => commands.splitBlock()), 'br\nown fox'],
    ['a break inside it', inside(({ commands }) => commands.setHardBreak()), 'br\nown fox'],
    [
      'joining its paragraph',
      inside(({ commands }) => commands.joinTextblockBackward(), 'A quick'),
      'brown fox',
    ],
    [
      'joining the next paragraph',
      inside(({ commands }) => commands.joinTextblockBackward(), 'After'),
      'brown fox',
    ],
    ['a heading', inside(({ commands }) => commands.toggleHeading({ level: 2 })), 'brown fox'],
    ['a list', inside(({ commands }) => commands.toggleBulletList()), 'brown fox'],
    ['a list of tasks', inside(({ commands }) => commands.toggleTaskList()), 'brown fox'],
    ['code', inside(({ commands }) => commands.toggleCodeBlock()), 'brown fox'],
    ['a quotation', inside(({ commands }) => commands.toggleBlockquote()), 'brown fox'],
    [
      'bold on a part of it',
      ({ editor }) => {
        editor.commands.setTextSelection(placeOf(editor, 'own'))
        editor.commands.toggleBold()
      },
      'brown fox',
    ],
  ])('%s', (_, act, words) => {
    two.on('brown fox')
    act(someone())
    expect(two.words()).toEqual([words, words])
    vi.advanceTimersByTime(2_000)
    expect(two.words()).toEqual([words, words])
    for (const one of two.all) one.reopen()
    expect(two.words()).toEqual([words, words])
  })
})
