// @vitest-environment jsdom
/** What is typed is written into Yjs at its very place, once, and as the editor shows it. */
import type { Editor } from '@tiptap/core'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import { ReplaceStep } from '@tiptap/pm/transform'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { typingOf, writeExactly } from '../src/editor/typing'
import { mounted } from './page'

function open(words: string): { editor: Editor; root: Y.XmlFragment } {
  const doc = new Y.Doc()
  const root = doc.getXmlFragment('default')
  const paragraph = new Y.XmlElement('paragraph')
  if (words) paragraph.insert(0, [new Y.XmlText(words)])
  root.push([paragraph])
  const editor = mounted(doc)
  return { editor, root }
}

it('what takes its own place keeps its marks in Yjs', () => {
  const { editor, root } = open('')
  editor.commands.toggleBold()
  editor.view.dispatch(editor.state.tr.insertText('ab', 1))
  editor.commands.setTextSelection({ from: 1, to: 3 })
  editor.view.dispatch(editor.state.tr.replaceSelection(editor.state.selection.content()))
  expect(editor.getHTML()).toBe('<p><strong>ab</strong></p>')
  expect(root.toString()).toBe('<paragraph><bold>ab</bold></paragraph>')
})

it('is written only where that stands which was seen', () => {
  const { editor, root } = open('all')
  const made = editor.state.tr.insertText('l', 2)
  expect(made.steps[0]).toBeInstanceOf(ReplaceStep)
  const change = { before: made.before, made: [made], after: made.doc, over: false }
  const typing = typingOf(change)
  if (!typing) throw new Error('this is typing')
  const paragraph = root.get(0) as Y.XmlElement
  const text = paragraph.get(0) as Y.XmlText
  text.delete(1, 1)
  expect(writeExactly(root, typing, change)).toBeNull()
  expect(root.toString()).toBe('<paragraph>al</paragraph>')
  text.insert(1, 'l')
  expect(writeExactly(root, typing, change)).toBe(text)
  expect(root.toString()).toBe('<paragraph>alll</paragraph>')
})

it('is written and declared once, however often plug-ins come and go', () => {
  const { editor, root } = open('hello world')
  for (const name of ['one', 'two']) {
    editor.registerPlugin(new Plugin({ key: new PluginKey(name) }))
  }
  let declarations = 0
  root.doc?.on('update', (update: Uint8Array) => {
    const { structs } = Y.decodeUpdate(update)
    const isOne = (item: object) =>
      item instanceof Y.Item && item.content instanceof Y.ContentBinary
    declarations += structs.filter(isOne).length
  })
  editor.commands.setTextSelection(6)
  editor.commands.enter()
  expect(root.toString()).toBe('<paragraph>hello</paragraph><paragraph> world</paragraph>')
  expect(declarations).toBe(1)
})
