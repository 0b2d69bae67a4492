// @vitest-environment jsdom
import type { Editor } from '@tiptap/core'
import { initProseMirrorDoc, yUndoPluginKey } from '@tiptap/y-tiptap'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { mount } from '../src/editor/editor'
import { FRAGMENT } from '../src/editor/foreign'
import { dice } from './history/writers'

let doc: Y.Doc
let other: Y.Doc
let editor: Editor

/** Two people at one document; whatever one of them does is with the other at once. */
function meet(): void {
  ;[doc, other] = [new Y.Doc(), new Y.Doc()]
  const [mine, theirs] = [doc, other]
  mine.on('update', (update, origin) => origin !== theirs && Y.applyUpdate(theirs, update, mine))
  theirs.on('update', (update, origin) => origin !== mine && Y.applyUpdate(mine, update, theirs))
  const source = { doc, awareness: new Awareness(doc), hold: () => {} }
  editor = mount(document.body, source, true)
  // However slow the machine: a step ends with a `pause` and not before.
  steps().captureTimeout = Number.POSITIVE_INFINITY
}

const steps = () =>
  (yUndoPluginKey.getState(editor.state) as { undoManager: Y.UndoManager }).undoManager

/** What comes next is a step of undo of its own. */
const pause = () => steps().stopCapturing()

const shown = () => editor.state.doc.toJSON()
const fragment = (of: Y.Doc) => of.getXmlFragment(FRAGMENT)

function stored() {
  const page = initProseMirrorDoc(fragment(doc), editor.schema).doc
  return (page.childCount > 0 ? page : editor.schema.topNodeType.createAndFill())?.toJSON()
}

const TEXT = 'One sentence here. And a second one, which is longer.'

/** The other's text of the first paragraph. */
const theirs = () => (fragment(other).get(0) as Y.XmlElement).get(0) as Y.XmlText

beforeEach(meet)

afterEach(() => editor.destroy())

describe('after an undo', () => {
  beforeEach(() => {
    editor.commands.insertContent(TEXT)
    pause()
    editor.commands.insertContent('More.')
  })

  it('what another writes is shown where the text is shorter than it was', () => {
    theirs().delete(3, TEXT.length - 3)
    editor.commands.undo()
    expect(editor.getText()).toBe('One')
    theirs().insert(3, ' word')
    expect(editor.getText()).toBe('One word')
    expect(shown()).toEqual(stored())
  })

  it('the caret stays where it is while another writes', () => {
    editor.commands.undo()
    editor.commands.setTextSelection(4)
    theirs().insert(TEXT.length, ' Theirs.')
    expect(editor.state.selection.toJSON()).toEqual({ type: 'text', anchor: 4, head: 4 })
  })
})

describe('a heading of which all is selected', () => {
  beforeEach(() => {
    editor.commands.toggleHeading({ level: 2 })
    pause()
    editor.commands.insertContent('More.')
    editor.commands.setTextSelection({ from: 1, to: 1 + 'More.'.length })
  })

  const heading = (content = '') => `<heading level="2">${content}</heading>`

  it('is one still when another empties it, and when one writes in it then', () => {
    theirs().delete(0, 'More.'.length)
    expect(shown()).toEqual(stored())
    editor.commands.insertContent('Words')
    expect(fragment(other).toString()).toBe(heading('Words'))
  })

  it('is one still when an undo empties it', () => {
    editor.commands.undo()
    expect(shown()).toEqual(stored())
    expect(fragment(other).toString()).toBe(heading())
  })

  it('is a paragraph when one empties it oneself', () => {
    editor.commands.deleteSelection()
    expect(shown()).toEqual(stored())
    expect(fragment(other).toString()).toBe('<paragraph></paragraph>')
  })
})

/** In the last three all is selected when another, an undo or a redo leaves an empty heading. */
const SEEDS = [...Array.from({ length: 24 }, (_, i) => i + 1), 123, 182, 212]

describe.each(SEEDS)('random work %i', (seed) => {
  it('is shown as it is stored, through undo and redo', () => {
    const random = dice(seed)
    const place = () => Math.floor(random() * (editor.state.doc.content.size + 1))
    const acts: (() => unknown)[] = [
      () => editor.commands.insertContent(' some words'),
      () => editor.commands.setTextSelection(place()),
      () => editor.commands.setTextSelection({ from: place(), to: place() }),
      () => editor.commands.deleteSelection(),
      () => editor.state.selection.empty && editor.commands.splitBlock(),
      () => editor.commands.toggleHeading({ level: 2 }),
      () => editor.commands.selectAll(),
      () => editor.commands.setHorizontalRule(),
      () => fragment(other).length > 1 && fragment(other).delete(0, 1),
      () => fragment(other).insert(0, [new Y.XmlElement('paragraph')]),
      pause,
      () => editor.commands.undo(),
      () => editor.commands.undo(),
      () => editor.commands.redo(),
    ]
    for (let i = 0; i < 60; i++) {
      acts[Math.floor(random() * acts.length)]?.()
      expect(shown()).toEqual(stored())
    }
  })
})
