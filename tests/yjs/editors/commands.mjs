// What people do at an editor, as real commands; every act is one of `ACTS`.
import { createRequire } from 'node:module'
import { wait } from './editor.mjs'

const require = createRequire(new URL('../../../frontend/package.json', import.meta.url))
const { TextSelection } = require('prosemirror-state')

const below = (random, n) => Math.floor(random() * n)
const pick = (random, list) => list[below(random, list.length)]

const blocks = editor => {
  const found = []
  editor.state.doc.descendants((node, at) => {
    if (node.isTextblock) found.push({ node, start: at + 1, end: at + 1 + node.content.size })
  })
  return found
}

// Where a person clicks: somewhere in a text, or at its start or its end.
const click = (random, { start, end }) => pick(random, [start, end, start + below(random, end - start + 1)])

const select = (editor, from, to = from) => {
  const { doc, tr } = editor.state
  editor.view.dispatch(tr.setSelection(TextSelection.between(doc.resolve(from), doc.resolve(to))))
}

const put = ({ editor, random }) => {
  const one = pick(random, blocks(editor))
  if (one) select(editor, click(random, one))
  return one
}

// A stretch of one text, or from one text to the next ones.
const stretch = ({ editor, random }) => {
  const all = blocks(editor)
  const at = below(random, all.length)
  if (!all[at]) return false
  const last = random() < 0.6 ? all[at] : all[Math.min(all.length - 1, at + 1 + below(random, 2))]
  const [from, to] = [click(random, all[at]), click(random, last)].sort((a, b) => a - b)
  select(editor, from, to)
  return from < to
}

const insert = (editor, text) => {
  const { from, to } = editor.state.selection
  editor.view.dispatch(editor.state.tr.insertText(text, from, to))
}

const type = person => {
  if (!put(person)) return
  for (let n = 1 + below(person.random, 8); n > 0; n--) {
    insert(person.editor, person.write(1))
    wait(120)
  }
}

const backspace = ({ editor }) => {
  const { from, empty, $from } = editor.state.selection
  if (editor.commands.keyboardShortcut('Backspace')) return
  if (empty && $from.parentOffset > 0) editor.view.dispatch(editor.state.tr.delete(from - 1, from))
}

const erase = person => {
  if (!put(person)) return
  for (let n = 1 + below(person.random, 5); n > 0; n--) {
    backspace(person)
    wait(120)
  }
}

const atStart = act => person => {
  const one = pick(person.random, blocks(person.editor))
  if (!one) return
  select(person.editor, one.start)
  act(person)
}
const somewhere = act => person => { if (put(person)) act(person.editor, person) }
const selected = act => person => { if (stretch(person)) act(person.editor, person) }
const anywhere = act => person => {
  const found = person.random() < 0.5 ? put(person) : stretch(person)
  if (found) act(person.editor, person)
}

const cut = person => {
  if (!stretch(person)) return
  const { editor } = person
  const { selection } = editor.state
  const text = editor.state.doc.textBetween(selection.from, selection.to)
  if (text.length < person.shortestCut) return
  person.clipboard = selection.content()
  editor.view.dispatch(editor.state.tr.deleteSelection().setMeta('uiEvent', 'cut')) // as ProseMirror does
}
const paste = person => {
  if (!person.clipboard || !put(person)) return
  const { editor, clipboard } = person
  person.clipboard = null
  const cut = clipboard.content.textBetween(0, clipboard.content.size)
  if ([...cut].some(one => editor.getText().includes(one))) return // it was undone: a copy
  editor.view.dispatch(editor.state.tr.replaceSelection(clipboard).setMeta('uiEvent', 'paste'))
}

const quote = (editor, { write, random }) => {
  const lines = Array.from({ length: 1 + below(random, 3) }, () => ({
    type: 'paragraph', content: [{ type: 'text', text: write(1 + below(random, 20)) }],
  }))
  editor.commands.insertContent(lines)
}

const inTable = act => person => {
  const cells = []
  person.editor.state.doc.descendants((node, at) => { if (/^table(Cell|Header)$/.test(node.type.name)) cells.push(at) })
  if (cells.length === 0) return
  select(person.editor, pick(person.random, cells) + 2)
  act(person.editor)
}

const undo = ({ editor, random }) => { for (let n = 1 + below(random, 3); n > 0; n--) editor.commands.undo() }
const redo = ({ editor, random }) => { for (let n = 1 + below(random, 3); n > 0; n--) editor.commands.redo() }

export const ACTS = {
  type, erase,
  enter: somewhere(editor => editor.commands.enter()),
  join: atStart(backspace),
  joinForward: somewhere(editor => editor.commands.keyboardShortcut('Delete')),
  heading: somewhere((editor, { random }) => editor.commands.toggleHeading({ level: 1 + below(random, 3) })),
  headings: selected(editor => editor.commands.toggleHeading({ level: 2 })),
  bullets: anywhere(editor => editor.commands.toggleBulletList()),
  numbers: anywhere(editor => editor.commands.toggleOrderedList()),
  tasks: anywhere(editor => editor.commands.toggleTaskList()),
  sink: somewhere(editor => editor.commands.sinkListItem('listItem')),
  lift: somewhere(editor => editor.commands.liftListItem('listItem')),
  blockquote: anywhere(editor => editor.commands.toggleBlockquote()),
  code: somewhere(editor => editor.commands.toggleCodeBlock()),
  mark: selected((editor, { random }) => editor.commands.toggleMark(pick(random, ['bold', 'italic', 'code']))),
  breakLine: somewhere(editor => editor.commands.setHardBreak()),
  rule: somewhere(editor => editor.commands.setHorizontalRule()),
  remove: selected(editor => editor.view.dispatch(editor.state.tr.deleteSelection())),
  replace: selected((editor, { write }) => insert(editor, write(1))),
  quote: anywhere(quote),
  cut, paste,
  table: somewhere(editor => editor.commands.insertTable({ rows: 2, cols: 2 })),
  addRow: inTable(editor => editor.commands.addRowBefore()),
  addColumn: inTable(editor => editor.commands.addColumnAfter()),
  deleteRow: inTable(editor => editor.commands.deleteRow()),
  deleteColumn: inTable(editor => editor.commands.deleteColumn()),
  deleteTable: inTable(editor => editor.commands.deleteTable()),
  undo, redo,
}
