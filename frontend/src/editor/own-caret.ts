/**
 * Keeps a person's caret where they have just moved it, and clear of the bars at the top.
 *
 * A browser moves the caret at a key, and tells it in a task of its own, some milliseconds later. Whatever
 * ProseMirror shows or does in between begins at where it last heard of the caret, and puts it back
 * there: an arrow key is lost. So it hears of it before the text or a caret of somebody else is drawn,
 * and before the next key.
 */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { yCursorPluginKey, ySyncPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { isRemote } from './changes'
import { isUndoOrRedo } from './collaboration'

/** How far from the edges of the window the caret is scrolled (px). */
const CLEAR = { top: 112, bottom: 24, left: 0, right: 0 }

/** What the browser will say in a moment anyway. */
function tellCaret({ dom, composing }: EditorView): void {
  if (!composing) dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
}

function isInWindow(view: EditorView): boolean {
  const { top, bottom } = view.coordsAtPos(view.state.selection.head)
  return top >= 0 && bottom <= innerHeight
}

export const OwnCaret = Extension.create<{ doc: Y.Doc | null }, { hearing: boolean }>({
  name: 'ownCaret',
  // y-tiptap keeps the caret as a row arrives, to put it there again: it is told before.
  priority: 2_000,
  addOptions: () => ({ doc: null }),
  addStorage: () => ({ hearing: false }),
  /** Others' carets are drawn by a transaction that holds nothing else, made before the caret is told. */
  dispatchTransaction({ transaction, next }) {
    const drawn: unknown = transaction.getMeta(yCursorPluginKey)
    this.storage.hearing = isRemote(transaction) && !isUndoOrRedo(transaction)
    if (!drawn || this.editor.isDestroyed) return next(transaction)
    tellCaret(this.editor.view)
    next(this.editor.view.state.tr.setMeta(yCursorPluginKey, drawn))
  },
  addProseMirrorPlugins() {
    const { doc } = this.options
    const { storage } = this
    const view = (editor: EditorView) => {
      // A row comes in a task of its own: what was typed before is read, and nothing is written here.
      const arrives = ({ _transaction }: Y.Doc) => {
        if (_transaction?.origin !== ySyncPluginKey) tellCaret(editor)
      }
      doc?.on('beforeAllTransactions', arrives)
      return { destroy: () => doc?.off('beforeAllTransactions', arrives) }
    }
    const keydown = (editor: EditorView) => {
      tellCaret(editor)
      return false
    }
    const props = {
      handleDOMEvents: { keydown },
      scrollThreshold: CLEAR,
      scrollMargin: CLEAR,
      // Who has scrolled the caret to the edge is not scrolled back by what others write.
      handleScrollToSelection: (editor: EditorView) => storage.hearing && isInWindow(editor),
    }
    return [new Plugin({ view, props })]
  },
})
