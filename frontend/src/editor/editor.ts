/**
 * The live editor: the parts of a document bound to a provider's Yjs document.
 *
 * Knows the provider only as a document, carets and a way to hold rows back while a word is composed.
 */
import { Editor } from '@tiptap/core'
import { Dropcursor, Gapcursor, Placeholder } from '@tiptap/extensions'
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { words } from '../catalogue'
import { Following } from '../comments/following'
import { RemoteCarets } from './carets'
import { CarefulCollaboration } from './collaboration'
import { BoundedDepth } from './depth'
import { FRAGMENT } from './foreign'
import { OwnCaret } from './own-caret'
import { ReadOnly } from './read-only'
import { parts } from './schema'

export type Source = {
  doc: Y.Doc
  awareness: Awareness
  hold: (composing: boolean) => void
}

/** Shows the document of `source` in `place`, in the place of what was there. */
export function mount(place: HTMLElement, source: Source, editable: boolean): Editor {
  place.replaceChildren()
  const editor = new Editor({
    element: place,
    editable,
    injectCSS: false,
    extensions: [
      ...parts,
      BoundedDepth,
      Dropcursor.configure({ class: 'drop-cursor', color: false }),
      Gapcursor,
      Placeholder.configure({ placeholder: words.placeholder }),
      CarefulCollaboration.configure({ document: source.doc, field: FRAGMENT }),
      Following,
      OwnCaret.configure({ doc: source.doc }),
      ReadOnly,
      RemoteCarets.configure({ awareness: source.awareness }),
    ],
    editorProps: {
      attributes: {
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-label': words.text,
        class: 'live',
      },
    },
  })
  holdWhileComposing(editor, source.hold)
  return editor
}

/** A row that arrives in the middle of a composed word would break the input method's work. */
function holdWhileComposing(editor: Editor, hold: (composing: boolean) => void): void {
  const { dom } = editor.view
  const start = () => hold(true)
  const end = () => hold(false)
  dom.addEventListener('compositionstart', start)
  dom.addEventListener('compositionend', end)
  editor.on('destroy', () => {
    dom.removeEventListener('compositionstart', start)
    dom.removeEventListener('compositionend', end)
    hold(false)
  })
}
