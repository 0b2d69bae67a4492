// @vitest-environment jsdom

import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { ySyncPluginKey, yUndoPluginKey } from '@tiptap/y-tiptap'
import * as decoding from 'lib0/decoding'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { mounted } from './page'

/** Paragraphs by another, an editor on them, and what each of its edits says again, by text. */
function open(...lines: string[]): { editor: Editor; doc: Y.Doc; declared: string[] } {
  const [doc, other] = [new Y.Doc(), new Y.Doc({ gc: false })]
  const root = other.getXmlFragment('default')
  for (const line of lines) {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(line)])
    root.push([paragraph])
  }
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other))
  const editor = mounted(doc)
  const declared: string[] = []
  doc.on('update', (update: Uint8Array) => {
    Y.applyUpdate(other, update)
    for (const item of Y.decodeUpdate(update).structs) {
      if (!(item instanceof Y.Item && item.content instanceof Y.ContentBinary)) continue
      declared.push(saidAgain(other, item.content.content))
    }
  })
  return { editor, doc, declared }
}

function saidAgain({ store }: Y.Doc, body: Uint8Array): string {
  const words: string[] = []
  for (const decoder = decoding.createDecoder(body); decoding.hasContent(decoder); ) {
    const [, length, client, clock] = Array.from({ length: 4 }, () => decoding.readVarUint(decoder))
    const letters = Array.from({ length: length ?? 0 }, (_, k) => {
      const id = Y.createID(client ?? 0, (clock ?? 0) + k)
      const { content, id: start } = Y.getItem(store, id)
      return content instanceof Y.ContentString ? content.str[id.clock - start.clock] : ''
    })
    words.push(letters.join(''))
  }
  return words.join('|')
}

/** Who wrote each letter: `-` for the other, `+` for whoever sits at the editor. */
function writers(doc: Y.Doc): string {
  let found = ''
  const walk = (type: Y.XmlFragment | Y.XmlElement | Y.XmlText) => {
    for (let item = type._start; item; item = item.right) {
      if (item.deleted) continue
      if (item.content instanceof Y.ContentType) walk(item.content.type as Y.XmlElement)
      if (!(item.content instanceof Y.ContentString)) continue
      found += (item.id.client === doc.clientID ? '+' : '-').repeat(item.length)
    }
  }
  walk(doc.getXmlFragment('default'))
  return found
}

/** What comes next is a step of undo of its own. */
function pause({ state }: Editor): void {
  const { undoManager } = yUndoPluginKey.getState(state) as { undoManager: Y.UndoManager }
  undoManager.stopCapturing()
}

const cut = ({ view, state }: Editor) =>
  view.dispatch(state.tr.deleteSelection().setMeta('uiEvent', 'cut'))

const paste = ({ view, state }: Editor, text: string) =>
  view.dispatch(state.tr.insertText(text).setMeta('uiEvent', 'paste'))

const select = (editor: Editor, from: number, to = from) =>
  editor.view.dispatch(
    editor.state.tr.setSelection(TextSelection.create(editor.state.doc, from, to)),
  )

describe('declaring in the editor', () => {
  it('says once that it declares, and then only what is carried', () => {
    const { editor, declared } = open('')
    select(editor, 1)
    for (const letter of 'all new') editor.commands.insertContent(letter)
    expect(declared).toEqual([''])
    editor.commands.enter()
    editor.commands.insertContent('and more')
    expect(declared).toEqual([''])
  })

  it('says of the text behind Enter whose it was', () => {
    const { editor, declared } = open('hello world')
    select(editor, 6)
    editor.commands.enter()
    expect(editor.getText({ blockSeparator: '|' })).toBe('hello| world')
    expect(declared).toEqual([' world'])
  })

  it('says of what is typed over a selection that it is new, even if it is equal', () => {
    const { editor, declared } = open('hello', 'there')
    editor.view.dispatch(editor.state.tr.insertText('x', 1))
    editor.view.dispatch(editor.state.tr.insertText('e', 2, 7))
    expect(editor.getText({ blockSeparator: '|' })).toBe('xe|there')
    expect(declared).toEqual([''])
  })

  it('says of what is typed over the end of the next paragraph that it is new', () => {
    const { editor, declared } = open('hello', 'there')
    editor.view.dispatch(editor.state.tr.insertText('e', 3, 13))
    expect(editor.getText({ blockSeparator: '|' })).toBe('hee')
    expect(declared).toEqual([''])
  })

  it('says of what undo and redo bring back whose it was, and goes on undoing', () => {
    const { editor, declared } = open('hello', 'there')
    editor.commands.deleteRange({ from: 0, to: 7 })
    expect(declared).toEqual([])
    editor.commands.undo()
    expect(editor.getText({ blockSeparator: '|' })).toBe('hello|there')
    expect(declared).toEqual(['hello'])
    editor.commands.redo()
    expect(editor.getText()).toBe('there')
    expect(declared).toEqual(['hello'])
    editor.commands.undo()
    expect(declared).toEqual(['hello', 'hello'])
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

describe('equal letters side by side', () => {
  it('are told apart when one is typed before the other', () => {
    const { editor, doc } = open('all')
    editor.view.dispatch(editor.state.tr.insertText('l', 2))
    expect(editor.getText()).toBe('alll')
    expect(writers(doc)).toBe('-+--')
  })

  it('are told apart when one is deleted', () => {
    const { editor, doc, declared } = open('a')
    editor.view.dispatch(editor.state.tr.insertText('a', 1))
    expect(writers(doc)).toBe('+-')
    editor.view.dispatch(editor.state.tr.delete(1, 2))
    expect(writers(doc)).toBe('-')
    expect(declared).toEqual([''])
  })

  it('are told apart where paragraphs are joined over them', () => {
    const { editor, declared } = open('hello', 'yellow')
    editor.view.dispatch(editor.state.tr.delete(3, 10)) // he(llo ye)llow
    expect(editor.getText()).toBe('hellow')
    expect(declared).toEqual(['llo|w'])
  })

  it('keep their formats', () => {
    const { editor } = open('hello', 'yellow')
    editor.view.dispatch(editor.state.tr.addMark(10, 12, editor.schema.mark('bold')))
    editor.view.dispatch(editor.state.tr.delete(3, 10))
    expect(editor.getHTML()).toBe('<p>he<strong>ll</strong>ow</p>')
  })

  it.each(['h', 'e', 'o', 'hello'])('are whoever types them over: %s', (typed) => {
    const { editor, doc, declared } = open('hello')
    editor.view.dispatch(editor.state.tr.insertText(typed, 1, 6))
    expect(editor.getText()).toBe(typed)
    expect(writers(doc)).toBe('+'.repeat(typed.length))
    expect(declared).toEqual([''])
  })
})

describe('what is moved', () => {
  it('is declared, but not what is typed over the same', () => {
    const { editor, declared } = open('one two', 'three', 'x')
    const { tr } = editor.state
    editor.view.dispatch(tr.delete(4, 8).insertText(' two', tr.mapping.map(15)))
    expect(editor.getText({ blockSeparator: '|' })).toBe('one|three two|x')
    expect(declared).toEqual([' two'])
    select(editor, 15, 18)
    editor.view.dispatch(editor.state.tr.insertText('x'))
    expect(editor.getText({ blockSeparator: '|' })).toBe('one|three twox')
    expect(declared).toEqual([' two'])
  })
})

describe('what is put into what stands before', () => {
  it('is declared, also a letter', () => {
    const { editor, declared } = open('', 'x')
    select(editor, 1)
    editor.commands.toggleBlockquote()
    select(editor, 5)
    editor.commands.keyboardShortcut('Backspace')
    expect(editor.getHTML()).toBe('<blockquote><p>x</p></blockquote>')
    expect(declared).toEqual(['x'])
  })
})

describe('what is cut', () => {
  it('is declared where it is pasted, once', () => {
    const { editor, declared } = open('one two', 'three')
    select(editor, 4, 8)
    cut(editor)
    select(editor, 7)
    paste(editor, ' two')
    expect(editor.getText({ blockSeparator: '|' })).toBe('one|t twohree')
    expect(declared).toEqual([' two'])
    paste(editor, ' two')
    expect(declared).toEqual([' two'])
  })

  it('is a copy when it was put back by an undo', () => {
    const { editor, declared } = open('one two', 'three')
    select(editor, 4, 8)
    cut(editor)
    editor.commands.undo()
    expect(declared).toEqual([' two'])
    select(editor, 11)
    paste(editor, ' two')
    expect(declared).toEqual([' two'])
  })
})

describe('texts that stand twice', () => {
  it('are told apart where y-tiptap takes one for the other', () => {
    const { editor, declared } = open('same', 'same')
    select(editor, 1)
    editor.commands.wrapIn('blockquote')
    expect(declared).toEqual(['same'])
    select(editor, 2, 10)
    editor.commands.wrapIn('blockquote')
    const inner = '<blockquote><p>same</p></blockquote>'
    expect(editor.getHTML()).toBe(`<blockquote>${inner}<p>same</p></blockquote>`)
    expect(declared).toEqual(['same', 'same', 'same'])
  })

  it('are declared as the other, where they are too long to be told apart', () => {
    const text = 'more than sixteen letters'
    const { editor, declared } = open(text, text)
    select(editor, 1)
    editor.commands.wrapIn('blockquote')
    select(editor, 2, text.length + 6)
    editor.commands.wrapIn('blockquote')
    const inner = `<blockquote><p>${text}</p></blockquote>`
    expect(editor.getHTML()).toBe(`<blockquote>${inner}<p>${text}</p></blockquote>`)
    expect(declared).toEqual([text, text])
  })

  it('are declared where y-tiptap makes one of two in a paragraph, whatever is typed', () => {
    const { editor, doc, declared } = open('one')
    const third = new Y.Doc()
    Y.applyUpdate(third, Y.encodeStateAsUpdate(doc))
    const paragraph = third.getXmlFragment('default').get(0) as Y.XmlElement
    paragraph.insert(1, [new Y.XmlText(' two')])
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(third))
    editor.view.dispatch(editor.state.tr.insertText('!', 8))
    expect(editor.getText()).toBe('one two!')
    expect(declared).toEqual([' two'])
  })
})

describe('texts that come to lie side by side', () => {
  /** Somebody who has heard of all that `doc` holds, and whose texts come before its own. */
  function another(doc: Y.Doc): { page: Y.XmlFragment; send: () => void } {
    const other = new Y.Doc()
    other.clientID = 1
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
    const send = () => Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), 'heard')
    return { page: other.getXmlFragment('default'), send }
  }

  const paragraph = (page: Y.XmlFragment, at: number) => page.get(at) as Y.XmlElement

  const texts = (doc: Y.Doc, at: number): string[] =>
    paragraph(doc.getXmlFragment('default'), at)
      .toArray()
      .map((text) => (text as Y.XmlText).toString())

  it('are one, and declared, when it is heard that another wrote there too', () => {
    const { editor, doc, declared } = open('one')
    select(editor, 4)
    editor.commands.enter()
    const { page, send } = another(doc)
    paragraph(page, 1).insert(0, [new Y.XmlText('theirs, ')])
    editor.view.dispatch(editor.state.tr.insertText('mine', 6))
    const sent: { deletes: boolean; declares: boolean }[] = []
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'heard') return
      const { structs, ds } = Y.decodeUpdate(update)
      const declares = structs.some(
        (one) => 'content' in one && one.content instanceof Y.ContentBinary,
      )
      sent.push({ deletes: ds.clients.size > 0, declares })
    })
    send()
    expect(editor.getText({ blockSeparator: '|' })).toBe('one|theirs, mine')
    expect(texts(doc, 1)).toEqual(['theirs, mine'])
    expect(sent).toEqual([{ deletes: true, declares: true }])
    expect(declared).toContain('mine')
  })

  it('are one, and declared as what was undone, when an undo brings one back', () => {
    const { editor, doc, declared } = open('one')
    select(editor, 4)
    editor.commands.enter()
    editor.view.dispatch(editor.state.tr.insertText('mine', 6))
    const { page, send } = another(doc)
    pause(editor)
    doc.transact(() => paragraph(doc.getXmlFragment('default'), 1).delete(0, 1), ySyncPluginKey)
    paragraph(page, 1).insert(0, [new Y.XmlText('theirs, ')])
    send()
    declared.length = 0
    editor.commands.undo()
    expect(editor.getText({ blockSeparator: '|' })).toBe('one|theirs, mine')
    expect(texts(doc, 1)).toEqual(['theirs, mine'])
    expect(declared).toEqual(['mine'])
    editor.commands.redo()
    expect(editor.getText({ blockSeparator: '|' })).toBe('one|theirs, ')
  })
})
