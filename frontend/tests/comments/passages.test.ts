// @vitest-environment jsdom
/** A comment stays with its words, whatever somebody does to them, here and where it is heard. */
import type { Editor } from '@tiptap/core'
import { splitBlock } from '@tiptap/pm/commands'
import { TextSelection } from '@tiptap/pm/state'
import { DecorationSet } from '@tiptap/pm/view'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../src/editor/schema-of'
import { Past } from '../../src/history/past'
import { perform, restoreMoment } from '../../src/history/restoring'
import { Desk } from '../history/writers'
import { page, placeOf, type Someone, Two } from './two'

type Act = (one: Someone) => unknown

let two: Two

function open(update: Uint8Array): void {
  two = new Two(update)
}

beforeEach(() => {
  vi.useFakeTimers()
  open(page('Before it.', 'A quick brown fox jumps', 'After it.'))
})

afterEach(() => {
  for (const { passages } of two.all) passages.stop()
  vi.useRealTimers()
})

const type =
  (words: string, at: number): Act =>
  ({ editor }) =>
    editor.commands.insertContentAt(placeOf(editor, 'brown').from + at, words)

const erase =
  (words: string): Act =>
  ({ editor }) =>
    editor.commands.deleteRange(placeOf(editor, words))

/** Does it where the caret stands before some words. */
const at =
  (words: string, act: (editor: Editor) => unknown): Act =>
  ({ editor }) => {
    editor.commands.setTextSelection(placeOf(editor, words).from)
    act(editor)
  }

const bold =
  (words: string): Act =>
  ({ editor }) => {
    editor.commands.setTextSelection(placeOf(editor, words))
    editor.commands.toggleBold()
  }

const undo: Act = ({ editor }) => editor.commands.undo()
const redo: Act = ({ editor }) => editor.commands.redo()

/** What is undone next begins here. */
function pause({ editor }: Someone): void {
  const { undoManager } = yUndoPluginKey.getState(editor.state) as { undoManager: Y.UndoManager }
  undoManager.stopCapturing()
}

const cut =
  (words: string): Act =>
  ({ editor: { view, state, commands } }) => {
    const { from, to } = wordsAt(two.a, words)
    commands.setTextSelection({ from, to })
    view.dispatch(view.state.tr.deleteSelection().setMeta('uiEvent', 'cut'))
    expect(state).not.toBe(view.state)
  }

const paste =
  (text: string, behind: string): Act =>
  ({ editor }) => {
    editor.commands.setTextSelection(placeOf(editor, behind).to)
    const { view, state } = editor
    view.dispatch(state.tr.insertText(text).setMeta('uiEvent', 'paste'))
  }

const wordsAt = ({ editor }: Someone, words: string) => placeOf(editor, words)

/** Takes a block away and puts it elsewhere, in one transaction, as dragging does. */
const drag =
  (words: string, behind: string): Act =>
  ({ editor }) => {
    const { tr, doc } = editor.state
    const $from = doc.resolve(placeOf(editor, words).from)
    const $to = doc.resolve(placeOf(editor, behind).from)
    const node = $from.node(1)
    tr.delete($from.before(1), $from.after(1))
    tr.insert(tr.mapping.map($to.after(1)), node)
    editor.view.dispatch(tr.setMeta('uiEvent', 'drop'))
  }

/** What both see of a passage: now, when it is mended, and when both open the text anew. */
function sees(words: string | null, number = 1): void {
  expect(two.words(number)).toEqual([words, words])
  settle(words, number)
}

function settle(words: string | null, number = 1): void {
  vi.advanceTimersByTime(2_000)
  expect(two.words(number)).toEqual([words, words])
  for (const one of two.all) one.reopen()
  expect(two.words(number)).toEqual([words, words])
}

const PEOPLE = [
  ['here', () => two.a, () => two.b],
  ['by another', () => two.b, () => two.a],
] as const

const ONE: [string, Act, string | null][] = [
  ['typing before it', type('very ', -3), 'brown fox'],
  ['typing at its beginning', type('dark ', 0), 'brown fox'],
  ['typing at its end', type('y', 9), 'brown fox'],
  ['typing inside it', type('-red', 5), 'brown-red fox'],
  ['deleting its beginning', erase('brown '), 'fox'],
  ['deleting its end', erase(' fox'), 'brown'],
  ['deleting its middle', erase('own f'), 'brox'],
  ['deleting it and more', erase('quick brown fox jumps'), null],
  ['Enter inside it', at('own fox', ({ commands }) => commands.splitBlock()), 'br\nown fox'],
  ['a break inside it', at('own', ({ commands }) => commands.setHardBreak()), 'br\nown fox'],
  ['joining its paragraph', at('A quick', (e) => e.commands.joinTextblockBackward()), 'brown fox'],
  ['joining the next one', at('After', (e) => e.commands.joinTextblockBackward()), 'brown fox'],
  ['a heading', at('fox', ({ commands }) => commands.toggleHeading({ level: 2 })), 'brown fox'],
  ['a list', at('fox', ({ commands }) => commands.toggleBulletList()), 'brown fox'],
  ['a list of tasks', at('fox', ({ commands }) => commands.toggleTaskList()), 'brown fox'],
  ['code', at('fox', ({ commands }) => commands.toggleCodeBlock()), 'brown fox'],
  ['a quotation', at('fox', ({ commands }) => commands.toggleBlockquote()), 'brown fox'],
  ['bold on a part of it', bold('own'), 'brown fox'],
  ['dragging its block down', drag('fox', 'After'), 'brown fox'],
  ['dragging its block up', drag('fox', 'Before'), 'brown fox'],
  ['dragging another block past it', drag('After', 'Before'), 'brown fox'],
]

describe.each(PEOPLE)('what is done %s', (_, someone) => {
  it.each(ONE)('%s', (_, act, words) => {
    two.on('brown fox')
    act(someone())
    sees(words)
  })

  it.each(ONE)('%s, undone and done again', (_, act, words) => {
    two.on('brown fox')
    const one = someone()
    pause(one)
    act(one)
    undo(one)
    expect(one.text).toBe('Before it./A quick brown fox jumps/After it.')
    expect(two.words()).toEqual(['brown fox', 'brown fox'])
    redo(one)
    expect(two.words()).toEqual([words, words])
    undo(one)
    sees('brown fox')
  })

  it('cutting it out, and pasting it elsewhere', () => {
    two.on('brown fox')
    cut('brown fox')(someone())
    expect(two.words()).toEqual([null, null])
    paste('brown fox', 'After ')(someone())
    expect(someone().text).toBe('Before it./A quick  jumps/After brown foxit.')
    sees('brown fox')
  })

  it.each([
    ['the larger', 'brown', 'brown'],
    ['the smaller', ' fox', 'brown'],
  ])('cutting out %s part of it, and pasting it elsewhere', (_, part, words) => {
    two.on('brown fox')
    cut(part)(someone())
    paste(part, 'After ')(someone())
    sees(words)
  })

  it('writing all of the text anew', () => {
    two.on('brown fox')
    const { editor } = someone()
    editor.commands.setContent(editor.getHTML())
    sees('brown fox')
  })
})

/** What two do who have not heard of one another: the outcome is Yjs', the passage is the words' that stand. */
describe.each([
  ['types inside it', type('-red', 5)],
  ['types before it', type('very ', -3)],
  ['makes it a heading', at('fox', ({ commands }) => commands.toggleHeading({ level: 2 }))],
  ['makes part of it bold', bold('own')],
  ['deletes its end', erase(' fox')],
  ['drags its block', drag('fox', 'After')],
] as [string, Act][])('while one %s', (_, act) => {
  it.each([
    ['types at its end', type('y', 9)],
    ['deletes its beginning', erase('br')],
    ['makes another part bold', bold('fox')],
    ['splits the paragraph', at('quick', ({ commands }) => commands.splitBlock())],
    ['drags another block', drag('After', 'Before')],
  ] as [string, Act][])('another %s', (_, other) => {
    two.on('brown fox')
    two.apart(() => {
      act(two.a)
      other(two.b)
    })
    expect(two.a.text).toBe(two.b.text)
    vi.advanceTimersByTime(30_000)
    const [mine, theirs] = two.words()
    expect(mine).toBe(theirs)
    expect(mine).toContain('ow')
  })
})

it('is gone with its words, though equal ones stand elsewhere, until it is undone', () => {
  open(page('the fox and the dog', 'the end'))
  two.on('the', 1)
  const [one] = two.all as [Someone]
  pause(one)
  one.editor.commands.deleteRange(placeOf(one.editor, 'the', 1))
  expect(two.words()).toEqual([null, null])
  undo(one)
  expect(two.all.map(({ passages }) => passages.of(1))).toEqual([
    { from: 13, to: 16 },
    { from: 13, to: 16 },
  ])
})

it('stays with its own words where the ones beside it are equal', () => {
  open(page('one one', 'one one', 'one one'))
  const number = two.on('one', 3)
  at('one one', ({ commands }) => commands.toggleHeading({ level: 2 }))(two.b)
  const middle = placeOf(two.b.editor, 'one', 3)
  two.b.editor.commands.setTextSelection(middle.from)
  two.b.editor.commands.toggleHeading({ level: 2 })
  settle('one', number)
  expect(two.all.map(({ passages }) => passages.of(number))).toEqual([middle, middle])
})

it('is followed through emoji and text from right to left', () => {
  open(page('👩‍👩‍👧 שלום עולם 😀 אחת'))
  two.on('עולם 😀')
  two.b.editor.commands.insertContentAt(1, '😀')
  at('ולם', ({ commands }) => commands.splitBlock())(two.a)
  sees('ע\nולם 😀')
})

it('stands over several blocks', () => {
  const { from } = placeOf(two.a.editor, 'it.')
  const { to } = placeOf(two.a.editor, 'After')
  two.a.editor.commands.setTextSelection({ from, to })
  two.comment()
  at('quick', ({ commands }) => commands.splitBlock())(two.b)
  sees('it.\nA \nquick brown fox jumps\nAfter')
  at('After', ({ commands }) => commands.toggleBulletList())(two.a)
  sees('it.\nA \nquick brown fox jumps\nAfter')
  drag('it.', 'After')(two.b)
  sees('A \nquick brown fox jumps\nAfter')
})

describe.each([
  ['a table', '<table><tr><td>one</td><td>two words</td></tr><tr><td>x</td></tr></table>'],
  ['a list', '<ul><li><p>one</p></li><li><p>two words</p><ul><li>x</li></ul></li></ul>'],
])('in %s', (kind, html) => {
  it('stays', () => {
    two.a.editor.commands.setContent(`<p>Before.</p>${html}`)
    two.on('words')
    at('words', ({ commands }) => commands.splitBlock())(two.b)
    type('!', -100)
    at('one', ({ commands }) => {
      if (kind === 'a table') return commands.addRowBefore()
      return commands.sinkListItem('listItem')
    })(two.a)
    at('two', ({ commands }) => {
      if (kind === 'a table') return commands.deleteColumn()
      return commands.liftListItem('listItem')
    })(two.b)
    sees(kind === 'a table' ? null : 'words')
  })
})

it('stays where another epoch says the same bytes', () => {
  two.on('brown fox')
  at('fox', ({ commands }) => commands.splitBlock())(two.a)
  const bytes = Y.encodeStateAsUpdate(two.b.doc)
  for (const one of two.all) {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, bytes)
    one.reopen(doc)
  }
  vi.advanceTimersByTime(30_000)
  expect(two.words()).toEqual(['brown \nfox', 'brown \nfox'])
})

it('is followed through a version that is restored', () => {
  const made = new Desk(3)
  const ana = made.writer(1)
  ana.type(1, 'Eins steht hier.')
  ana.edit(17, 17, splitBlock)
  ana.type(19, 'Zwei steht dort.')
  made.sync()
  const then = made.ledger.head
  made.writer(2).edit(1, 17, (state, dispatch) => {
    dispatch?.(state.tr.delete(6, 25))
    return true
  })
  made.sync()
  open(Y.encodeStateAsUpdate(made.writer(1).doc))
  two.on('eht dort')
  const past = new Past(schema, made.ledger.log(), made.ledger.columns())
  const { a } = two
  const live = { state: a.editor.state, root: a.doc.getXmlFragment('default') }
  perform(a.editor.view, a.doc, restoreMoment(live, past, then))
  expect(a.text).toBe('Eins steht hier./Zwei steht dort.')
  sees('eht dort')
})

describe('an anchor that nobody has mended', () => {
  const unheard = (act: Act): void => {
    two.on('brown fox')
    two.a.passages.stop() // the page was closed before it told
    act(two.a)
  }

  it('is told by who sees it after a while, and only then', () => {
    unheard(at('fox', ({ commands }) => commands.toggleHeading({ level: 2 })))
    vi.advanceTimersByTime(9_900)
    expect(two.b.moved).toEqual([])
    vi.advanceTimersByTime(20_000)
    expect(two.b.moved).toEqual([1])
    two.b.reopen()
    expect(two.b.words()).toBe('brown fox')
  })

  it('is told by nobody who may only read', () => {
    two.b.editor.setEditable(false)
    unheard(at('fox', ({ commands }) => commands.toggleHeading({ level: 2 })))
    vi.advanceTimersByTime(60_000)
    expect(two.b.moved).toEqual([])
    expect(two.b.words()).toBe('brown fox')
  })

  it('is found by its words where its letters are known by other ids', () => {
    unheard(at('fox', ({ commands }) => commands.toggleHeading({ level: 2 })))
    two.b.reopen()
    expect(two.b.words()).toBe('brown fox')
  })

  it('is found by what was declared, though its words are others since', () => {
    unheard((one) => {
      at('fox', ({ commands }) => commands.toggleHeading({ level: 2 }))(one)
      erase('row')(one)
    })
    two.b.reopen()
    expect(two.b.words()).toBe('bn fox')
  })

  it('is found by what was declared in all of its two blocks', () => {
    at('fox', ({ commands }) => commands.splitBlock())(two.a)
    two.a.editor.commands.setTextSelection({
      from: placeOf(two.a.editor, 'brown').from,
      to: placeOf(two.a.editor, 'fox').to,
    })
    two.comment()
    two.a.passages.stop()
    for (const words of ['brown', 'fox']) {
      at(words, ({ commands }) => commands.toggleHeading({ level: 2 }))(two.a)
    }
    erase('row')(two.a)
    two.b.reopen()
    expect(two.b.words()).toBe('bn \nfox')
  })

  it('goes with most of its letters, and not with what was typed between them', () => {
    type('-red', 5)(two.a)
    two.on('brown-red fox')
    two.a.passages.stop()
    for (const [words, behind] of [
      ['brown', 'After '],
      [' fox', 'brown'],
    ] as const) {
      cut(words)(two.a)
      paste(words, behind)(two.a)
    }
    two.b.reopen()
    expect(two.b.words()).toBe('brown fox')
  })

  it('is found by nothing where neither words nor declarations may be told', () => {
    unheard(at('fox', ({ commands }) => commands.toggleHeading({ level: 2 })))
    const [placed] = [...two.threads.values()]
    if (placed) two.threads.set(1, { ...placed, anchor: { ...placed.anchor, quote: null } })
    const told = new Y.Doc() // forgets what is deleted
    Y.applyUpdate(told, Y.encodeStateAsUpdate(two.b.doc))
    two.b.reopen(told)
    expect(two.b.words()).toBeNull()
  })
})

it('waits for text that an anchor names before it comes', () => {
  two.on('brown fox')
  two.apart(() => {
    at('fox', ({ commands }) => commands.toggleHeading({ level: 2 }))(two.a)
    vi.advanceTimersByTime(2_000)
    expect(two.a.moved).toEqual([1])
    expect(two.words()).toEqual(['brown fox', 'brown fox'])
  })
  sees('brown fox')
  expect(two.b.moved).toEqual([])
})

it('is told once for what is done in one go', () => {
  two.on('brown fox')
  for (const _ of [1, 2, 3]) {
    at('fox', ({ commands }) => commands.toggleHeading({ level: 2 }))(two.a)
  }
  vi.advanceTimersByTime(60_000)
  expect([two.a.moved, two.b.moved]).toEqual([[1], []])
})

it('writes nothing by being opened, placed, gone to or mended', () => {
  at('fox', ({ commands }) => commands.splitBlock())(two.a)
  const before = two.all.map(({ written }) => written)
  two.on('quick')
  Element.prototype.scrollIntoView = vi.fn()
  two.b.passages.reveal(1)
  for (const one of two.all) one.reopen()
  two.show()
  vi.advanceTimersByTime(60_000)
  expect(two.all.map(({ written }) => written)).toEqual(before)
})

it('leaves what can be undone', () => {
  pause(two.a)
  type('dark ', 0)(two.a)
  two.on('quick')
  undo(two.a)
  expect(two.a.text).toContain('A quick brown fox')
})

it('is no longer for what an Enter took away and a Backspace brought back', () => {
  two.on('brown fox')
  at('fox', (editor) => splitBlock(editor.view.state, editor.view.dispatch))(two.a)
  at('fox', (editor) => editor.commands.joinTextblockBackward())(two.a)
  vi.advanceTimersByTime(25_000)
  two.a.editor.commands.toggleHeading({ level: 1 })
  expect(two.words()).toEqual(['brown fox', 'brown fox'])
})

describe('what is drawn', () => {
  const drawn = (name: string) =>
    [...two.a.editor.view.dom.querySelectorAll(`.${name}`)].map(({ textContent }) => textContent)

  it('are open passages, and the one that is looked at', () => {
    two.on('quick')
    two.on('fox')
    two.active = 2
    two.show()
    expect(drawn('comment')).toEqual(['quick', 'fox'])
    expect(drawn('comment-active')).toEqual(['fox'])
  })

  it('are settled ones only while somebody looks at them', () => {
    const number = two.on('quick')
    const placed = two.threads.get(number)
    if (placed) two.threads.set(number, { ...placed, settled: true })
    two.show()
    expect(drawn('comment')).toEqual([])
    two.active = number
    two.show()
    expect(drawn('comment-active')).toEqual(['quick'])
  })

  it.each<[string, Act]>([
    ['where one types', type('very ', 2)],
    ['elsewhere', ({ editor }) => editor.commands.insertContentAt(1, 'x')],
  ])('is not drawn anew with the whole page, %s', (_, act) => {
    two.on('brown fox')
    const all = vi.spyOn(DecorationSet, 'create')
    act(two.a)
    expect(all.mock.calls.flatMap(([, marks]) => marks)).toEqual([])
    all.mockRestore()
  })

  it('is one mark in a block again where two blocks were joined', () => {
    two.on('brown fox')
    at('fox', (editor) => splitBlock(editor.view.state, editor.view.dispatch))(two.a)
    expect(drawn('comment')).toEqual(['brown ', 'fox'])
    at('fox', (editor) => editor.commands.joinTextblockBackward())(two.a)
    expect(drawn('comment')).toEqual(['brown fox'])
  })
})

describe('who is told', () => {
  it('of the passages in which the caret comes to stand', () => {
    two.on('quick brown')
    two.on('brown fox')
    two.a.picked.length = 0
    two.a.editor.commands.setTextSelection(placeOf(two.a.editor, 'own').from)
    two.a.editor.commands.setTextSelection(placeOf(two.a.editor, 'wn').from)
    two.a.editor.commands.setTextSelection(2)
    expect(two.a.picked).toEqual([[1, 2], []])
  })

  it('of a click on one, also where nobody may write', () => {
    two.on('brown fox')
    two.b.editor.setEditable(false)
    two.b.editor.view.dom.querySelector<HTMLElement>('.comment')?.click()
    expect(two.b.picked).toEqual([[1]])
  })

  it('of what changes', () => {
    two.on('brown fox')
    const before = two.all.map(({ changed }) => changed)
    erase('brown')(two.a)
    expect(two.all.map(({ changed }, i) => changed - (before[i] ?? 0))).toEqual([1, 1])
  })
})

describe('a selection', () => {
  it('of no words is none', () => {
    const { editor, passages } = two.a
    editor.commands.setTextSelection(3)
    expect(passages.selected()).toBeNull()
    editor.commands.setTextSelection({ from: placeOf(editor, 'quick').to, to: 21 })
    editor.commands.setTextSelection({ from: 11, to: 13 })
    expect(passages.selected()).toBeNull()
  })

  it('may be of all', () => {
    two.a.editor.commands.selectAll()
    expect(two.a.passages.selected()?.quote).toBe('Before it.\nA quick brown fox jumps\nAfter it.')
  })

  it('tells at most a thousand units, and no half character', () => {
    open(page(`${'x'.repeat(999)}😀 more`))
    two.a.editor.commands.selectAll()
    expect(two.a.passages.selected()?.quote).toBe('x'.repeat(999))
  })
})

it('goes to a passage, and puts the caret there where one may write', () => {
  two.on('brown fox')
  const scroll = vi.fn()
  Element.prototype.scrollIntoView = scroll
  two.b.passages.reveal(1)
  expect(two.b.editor.state.selection.from).toBe(placeOf(two.b.editor, 'brown').from)
  two.a.editor.commands.setTextSelection(2)
  two.a.editor.setEditable(false)
  two.a.passages.reveal(1)
  expect(two.a.editor.state.selection).toEqual(TextSelection.create(two.a.editor.state.doc, 2))
  expect(scroll).toHaveBeenCalledTimes(2)
})
