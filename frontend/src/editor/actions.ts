/** What the toolbar can do, as data: name, key, when it is pressed or possible, and the command. */
import type { Editor } from '@tiptap/core'
import { html, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import { icons } from './icons'

export type Action = {
  id: string
  label: string
  face: TemplateResult | string
  key?: string
  /** Whether the selection has it; without this, the action is no toggle. */
  on?: (editor: Editor) => boolean
  can?: (editor: Editor) => boolean
  run: (editor: Editor) => void
}

const chain = (editor: Editor) => editor.chain().focus()

const mark = (id: string, label: string, key: string, face: Action['face']): Action => ({
  id,
  label,
  key,
  face,
  on: (editor) => editor.isActive(id),
  run: (editor) => chain(editor).toggleMark(id).run(),
})

const heading = (level: 1 | 2 | 3): Action => ({
  id: `heading-${level}`,
  label: words.heading(level),
  key: `Mod-Alt-${level}`,
  face: `H${level}`,
  on: (editor) => editor.isActive('heading', { level }),
  run: (editor) => chain(editor).toggleHeading({ level }).run(),
})

const styles: Action[] = [
  {
    id: 'paragraph',
    label: words.paragraph,
    key: 'Mod-Alt-0',
    face: words.paragraph,
    on: (editor) => editor.isActive('paragraph'),
    run: (editor) => chain(editor).setParagraph().run(),
  },
  heading(1),
  heading(2),
  heading(3),
]

const marks: Action[] = [
  mark('bold', words.bold, 'Mod-b', html`<b>B</b>`),
  mark('italic', words.italic, 'Mod-i', html`<i>I</i>`),
  mark('underline', words.underline, 'Mod-u', html`<u>U</u>`),
  mark('strike', words.strike, 'Mod-Shift-s', html`<s>S</s>`),
  mark('code', words.code, 'Mod-e', icons.code),
]

const blocks: Action[] = [
  {
    id: 'bulletList',
    label: words.bulletList,
    key: 'Mod-Shift-8',
    face: icons.bulletList,
    on: (editor) => editor.isActive('bulletList'),
    run: (editor) => chain(editor).toggleBulletList().run(),
  },
  {
    id: 'orderedList',
    label: words.orderedList,
    key: 'Mod-Shift-7',
    face: icons.orderedList,
    on: (editor) => editor.isActive('orderedList'),
    run: (editor) => chain(editor).toggleOrderedList().run(),
  },
  {
    id: 'taskList',
    label: words.taskList,
    key: 'Mod-Shift-9',
    face: icons.taskList,
    on: (editor) => editor.isActive('taskList'),
    run: (editor) => chain(editor).toggleTaskList().run(),
  },
  {
    id: 'blockquote',
    label: words.blockquote,
    key: 'Mod-Shift-b',
    face: icons.blockquote,
    on: (editor) => editor.isActive('blockquote'),
    run: (editor) => chain(editor).toggleBlockquote().run(),
  },
  {
    id: 'codeBlock',
    label: words.codeBlock,
    key: 'Mod-Alt-c',
    face: icons.codeBlock,
    on: (editor) => editor.isActive('codeBlock'),
    run: (editor) => chain(editor).toggleCodeBlock().run(),
  },
]

const insertions: Action[] = [
  {
    id: 'divider',
    label: words.divider,
    face: icons.divider,
    run: (editor) => chain(editor).setHorizontalRule().run(),
  },
  {
    id: 'table',
    label: words.table,
    face: icons.table,
    can: (editor) => !editor.isActive('table'),
    run: (editor) => chain(editor).insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run(),
  },
]

const past: Action[] = [
  {
    id: 'undo',
    label: words.undo,
    key: 'Mod-z',
    face: icons.undo,
    can: (editor) => editor.can().undo(),
    run: (editor) => chain(editor).undo().run(),
  },
  {
    id: 'redo',
    label: words.redo,
    key: 'Mod-Shift-z',
    face: icons.redo,
    can: (editor) => editor.can().redo(),
    run: (editor) => chain(editor).redo().run(),
  },
]

const table = (id: string, label: string, run: Action['run']): Action => ({
  id,
  label,
  face: label,
  run,
})

/** Only while the caret is in a table. */
export const tableActions: Action[] = [
  table('addRow', words.addRow, (editor) => chain(editor).addRowAfter().run()),
  table('addColumn', words.addColumn, (editor) => chain(editor).addColumnAfter().run()),
  table('deleteRow', words.deleteRow, (editor) => chain(editor).deleteRow().run()),
  table('deleteColumn', words.deleteColumn, (editor) => chain(editor).deleteColumn().run()),
  table('deleteTable', words.deleteTable, (editor) => chain(editor).deleteTable().run()),
]

/** The groups of the toolbar; the link, which asks for an address, is added by the toolbar. */
export const groups: Action[][] = [styles, marks, blocks, insertions, past]
