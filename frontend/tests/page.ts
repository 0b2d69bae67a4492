/** A live editor on a page of its own, gone after the test that opened it. */
import type { Editor } from '@tiptap/core'
import { afterEach } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { mount } from '../src/editor/editor'

const opened: { destroy: () => void }[] = []

afterEach(() => {
  for (const one of opened.splice(0)) one.destroy()
  document.body.replaceChildren()
})

/** Mounts an editor in which somebody may write. */
export function mounted(doc: Y.Doc): Editor {
  const place = document.createElement('article')
  document.body.append(place)
  const awareness = new Awareness(doc)
  const editor = mount(place, { doc, awareness, hold: () => {} }, true)
  opened.push(editor, awareness)
  return editor
}
