/**
 * The parts that a document may have here: its nodes, marks, shortcuts and input rules.
 *
 * Containers may be empty (`block*`, not `block+`): whatever two people delete at once, the result is
 * still valid. y-tiptap deletes a node that does not fit its parent, and would send that as an edit.
 */
import { Extension, type Extensions } from '@tiptap/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Code } from '@tiptap/extension-code'
import { CodeBlock } from '@tiptap/extension-code-block'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Heading } from '@tiptap/extension-heading'
import { HorizontalRule } from '@tiptap/extension-horizontal-rule'
import { Italic } from '@tiptap/extension-italic'
import {
  BulletList,
  ListItem,
  ListKeymap,
  OrderedList,
  TaskItem,
  TaskList,
} from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Strike } from '@tiptap/extension-strike'
import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table'
import { Text } from '@tiptap/extension-text'
import { Underline } from '@tiptap/extension-underline'
import { SafeLink } from './link'
import { Listing } from './listing'

const lists = [
  BulletList.extend({ content: 'listItem*' }),
  OrderedList.extend({ content: 'listItem*' }),
  ListItem.extend({ content: 'block*' }),
  TaskList.extend({ content: 'taskItem*' }),
  TaskItem.extend({ content: 'block*' }).configure({ nested: true }),
]

/** Tables share the width of the page; their columns are not dragged. */
const tables = [
  Table.extend({ content: 'tableRow*', renderHTML: () => ['table', ['tbody', 0]] }),
  TableRow,
  TableHeader.extend({ content: 'block*' }),
  TableCell.extend({ content: 'block*' }),
]

/** Containers that a person makes hold a paragraph to write in, though they need not. */
const Paragraphs = Extension.create({
  name: 'paragraphs',
  onBeforeCreate() {
    const { nodes } = this.editor.schema
    for (const name of ['listItem', 'taskItem', 'tableCell', 'tableHeader', 'blockquote']) {
      const type = nodes[name]
      if (!type) continue
      type.createAndFill = (attrs, content, marks) =>
        type.create(attrs, content ?? nodes.paragraph?.create(), marks)
    }
  },
})

/** Everything that defines what a document is. */
export const parts: Extensions = [
  Document,
  Paragraph,
  Text,
  Heading.configure({ levels: [1, 2, 3] }),
  Blockquote.extend({ content: 'block*' }),
  CodeBlock,
  HorizontalRule,
  HardBreak,
  ...lists,
  ListKeymap,
  Listing,
  ...tables,
  Bold,
  Italic,
  Underline,
  Strike,
  Code,
  SafeLink,
  Paragraphs,
]
