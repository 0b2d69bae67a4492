// @vitest-environment jsdom

import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { afterEach, describe, expect, it } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { Carry } from '../src/editor/carries'
import { mount } from '../src/editor/editor'
import { rewritten } from '../src/editor/rewriting'

const opened: { destroy: () => void }[] = []

afterEach(() => {
  for (const one of opened.splice(0)) one.destroy()
  document.body.replaceChildren()
})

/** An editor on paragraphs, and what each of its edits declared: texts with what they say again. */
function open(...lines: string[]): { editor: Editor; doc: Y.Doc; declared: string[] } {
  const doc = new Y.Doc()
  const root = doc.getXmlFragment('default')
  for (const line of lines) {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(line)])
    root.push([paragraph])
  }
  const place = document.createElement('article')
  document.body.append(place)
  const awareness = new Awareness(doc)
  const editor = mount(place, { doc, awareness, hold: () => {} }, true)
  opened.push(editor, awareness)
  const declared: string[] = []
  doc.on('update', (update: Uint8Array) => {
    for (const item of Y.decodeUpdate(update).structs) {
      if (!(item instanceof Y.Item && item.content instanceof Y.ContentBinary)) continue
      declared.push([...item.content.content].length > 0 ? 'some' : 'none')
    }
  })
  return { editor, doc, declared }
}

const select = (editor: Editor, from: number, to = from) =>
  editor.view.dispatch(
    editor.state.tr.setSelection(TextSelection.create(editor.state.doc, from, to)),
  )

describe('declaring in the editor', () => {
  it('says of the text behind Enter whose it was', () => {
    const { editor, declared } = open('hello world')
    select(editor, 6)
    editor.commands.enter()
    expect(editor.getText({ blockSeparator: '|' })).toBe('hello| world')
    expect(declared).toEqual(['some'])
  })

  it('says nothing of what is typed, also over a selection', () => {
    const { editor, declared } = open('hello', 'there')
    editor.view.dispatch(editor.state.tr.insertText('x', 1))
    editor.view.dispatch(editor.state.tr.insertText('e', 2, 7))
    expect(editor.getText({ blockSeparator: '|' })).toBe('xe|there')
    expect(declared).toEqual([])
  })

  it('says nothing of what is typed over the end of the next paragraph', () => {
    const { editor, declared } = open('hello', 'there')
    editor.view.dispatch(editor.state.tr.insertText('e', 3, 13))
    expect(editor.getText({ blockSeparator: '|' })).toBe('hee')
    expect(declared).toEqual([])
  })

  it('says of what undo and redo bring back whose it was, and goes on undoing', () => {
    const { editor, declared } = open('hello', 'there')
    editor.commands.deleteRange({ from: 0, to: 7 })
    expect(declared).toEqual([])
    editor.commands.undo()
    expect(editor.getText({ blockSeparator: '|' })).toBe('hello|there')
    expect(declared).toEqual(['some'])
    editor.commands.redo()
    expect(editor.getText()).toBe('there')
    expect(declared).toEqual(['some'])
    editor.commands.undo()
    expect(declared).toEqual(['some', 'some'])
    expect(editor.commands.undo()).toBe(false)
    expect(editor.commands.redo()).toBe(true)
    expect(editor.getText()).toBe('there')
  })

  it('leaves no attribute, and undo no trace of it', () => {
    const { editor, doc } = open('hello world')
    select(editor, 6)
    editor.commands.enter()
    editor.commands.undo()
    expect(editor.getText()).toBe('hello world')
    editor.commands.redo()
    for (const paragraph of doc.getXmlFragment('default').toArray()) {
      for (const text of (paragraph as Y.XmlElement).toArray()) {
        expect((text as Y.XmlText).getAttributes()).toEqual({})
      }
    }
  })
})

/** What one transaction carries, as pairs of the text and the clocks that it says again. */
function carriesOf(doc: Y.Doc, typed: string, edit: () => void): Carry[] {
  let found: Carry[] = []
  doc.transact((transaction) => {
    edit()
    found = rewritten(transaction, typed)
  })
  return found
}

describe('what an edit writes again', () => {
  it('is in pieces around what was typed, down to a letter', () => {
    const doc = new Y.Doc()
    doc.clientID = 1
    const [one, two] = [doc.getText('one'), doc.getText('two')]
    one.insert(0, 'ab') // clocks 0, 1
    two.insert(0, 'c') // clock 2
    const found = carriesOf(doc, 'x', () => {
      two.delete(0, 1)
      one.delete(0, 2)
      doc.getText('three').insert(0, 'xcab') // clocks 3 to 6
    })
    expect(found).toEqual([
      { clock: 4, source: { client: 1, clock: 2, length: 1 } },
      { clock: 5, source: { client: 1, clock: 0, length: 2 } },
    ])
  })

  it('is no letter that is equal by chance', () => {
    const doc = new Y.Doc()
    doc.getText('one').insert(0, 'ab')
    const found = carriesOf(doc, 'typed otherwise', () => {
      doc.getText('one').delete(0, 2)
      doc.getText('two').insert(0, 'xa')
    })
    expect(found).toEqual([])
  })
})
