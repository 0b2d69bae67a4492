/**
 * Keeps a person's caret where they have just moved it.
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

/** What the browser will say in a moment anyway. */
function tellCaret({ dom, composing }: EditorView): void {
  if (!composing) dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
}

export const OwnCaret = Extension.create<{ doc: Y.Doc | null }>({
  name: 'ownCaret',
  // y-tiptap keeps the caret as a row arrives, to put it there again: it is told before.
  priority: 2_000,
  addOptions: () => ({ doc: null }),
  /** Others' carets are drawn by a transaction that holds nothing else, made before the caret is told. */
  dispatchTransaction({ transaction, next }) {
    const drawn: unknown = transaction.getMeta(yCursorPluginKey)
    if (!drawn || this.editor.isDestroyed) return next(transaction)
    tellCaret(this.editor.view)
    next(this.editor.view.state.tr.setMeta(yCursorPluginKey, drawn))
  },
  addProseMirrorPlugins() {
    const { doc } = this.options
    const view = (editor: EditorView) => {
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
    return [new Plugin({ view, props: { handleDOMEvents: { keydown } } })]
  },
})
