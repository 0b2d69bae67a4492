// @vitest-environment jsdom

import type { Editor } from '@tiptap/core'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { mounted } from './page'

const LINE = 'one two three'

/** An editor on a line, whose caret the browser has moved and not yet told. */
function moved(to: number) {
  const doc = new Y.Doc()
  const editor = mounted(doc)
  editor.commands.setContent(`<p>${LINE}</p>`)
  editor.view.focus()
  editor.commands.setTextSelection(1)
  const text = editor.view.dom.querySelector('p')?.firstChild ?? null
  getSelection()?.collapse(text, to)
  return { doc, editor }
}

/** Somebody else writes before the line. */
function written(doc: Y.Doc, words: string): void {
  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  const [line] = other.getXmlFragment('default').toArray()
  const [text] = line instanceof Y.XmlElement ? line.toArray() : []
  if (text instanceof Y.XmlText) text.insert(0, words)
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
}

const upToCaret = ({ state }: Editor): string => state.doc.textBetween(0, state.selection.head)

describe('a caret that was moved and not yet told', () => {
  it('stays where it is when somebody else writes', () => {
    const { doc, editor } = moved(4)
    written(doc, 'zero ')
    expect(upToCaret(editor)).toBe('zero one ')
  })

  it('is where the next key acts', () => {
    const { editor } = moved(4)
    editor.view.dom.dispatchEvent(new KeyboardEvent('keydown', { key: 'F2', bubbles: true }))
    expect(upToCaret(editor)).toBe('one ')
  })
})
