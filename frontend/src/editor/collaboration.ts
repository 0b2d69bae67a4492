/**
 * The binding of the editor to a Yjs document, with three promises added. Only a change that a person
 * made in an editable editor is ever written: y-tiptap by itself compares on every update of the
 * view, so that a click may write what rendering had mended. What comes after an undo is shown. And what
 * is written again is declared, so that it stays its first author's.
 */
import { Collaboration } from '@tiptap/extension-collaboration'
import { type EditorState, Plugin, type Transaction } from '@tiptap/pm/state'
import { type ProsemirrorBinding, ySyncPluginKey, yUndoPluginKey } from '@tiptap/y-tiptap'
import type { Doc, UndoManager } from 'yjs'
import { DECLARING, declare } from './carries'
import { rewritten, typedIn } from './rewriting'
import { declareUndone } from './undoing'

/** Whether a transaction shows what stands in the document, and is nobody's typing here. */
export function isRemote(transaction: Transaction): boolean {
  const meta: unknown = transaction.getMeta(ySyncPluginKey)
  return typeof meta === 'object' && meta !== null && 'isChangeOrigin' in meta
}

/** Whether a transaction shows what the person has undone or redone. */
export function isUndoOrRedo(transaction: Transaction): boolean {
  const meta = transaction.getMeta(ySyncPluginKey) as { isUndoRedoOperation?: boolean } | undefined
  return meta?.isUndoRedoOperation === true
}

function writeOwnChangesOnly(plugin: Plugin): void {
  const view = plugin.spec.view
  if (!view) return
  plugin.spec.view = (editor) => {
    const bound = view(editor)
    return {
      update(now, before) {
        if (!now.editable || now.state.doc === before.doc) return
        bound.update?.(now, before)
        writeEmptied(now.state)
      },
      destroy: () => bound.destroy?.(),
    }
  }
}

type Bound = Pick<ProsemirrorBinding, 'mux' | '_prosemirrorChanged'> & {
  doc: Doc
  beforeTransactionSelection: object | null
}

/** y-tiptap takes an empty page for one that is not shown yet, and keeps a first edit that empties it. */
function writeEmptied(state: EditorState): void {
  const { doc } = state
  const empty = doc.type.createAndFill()
  if (!empty || doc.content.findDiffStart(empty.content) !== null) return
  const { binding } = ySyncPluginKey.getState(state) as { binding: Bound | null }
  binding?.mux(() => binding._prosemirrorChanged(doc))
}

/**
 * What was selected before an edit y-tiptap gives back when its undo is shown already, so that the next
 * edit of anybody took it for the selection of now: the caret jumped there, or, where the text had
 * become shorter than that, the edit was not shown at all (RangeError), and no edit after it rightly.
 */
function prepareUndo(plugin: Plugin): void {
  const view = plugin.spec.view
  if (!view) return
  plugin.spec.view = (editor) => {
    const bound = view(editor)
    const { undoManager } = yUndoPluginKey.getState(editor.state) as { undoManager: UndoManager }
    undoManager.on('stack-item-added', ({ stackItem: { meta } }) => meta.clear())
    declareUndone(undoManager)
    return bound
  }
}

/** Declares what each edit carries in its own transaction; gives the plugin that listens to typing. */
export function declareCarries(plugin: Plugin): Plugin {
  const view = plugin.spec.view
  let typed = ''
  plugin.spec.view = (editor) => {
    const bound = view?.(editor) ?? {}
    const { binding } = ySyncPluginKey.getState(editor.state) as { binding: Bound | null }
    const write = binding?._prosemirrorChanged.bind(binding)
    if (binding && write) {
      binding._prosemirrorChanged = (doc) =>
        binding.doc.transact((transaction) => {
          write(doc)
          if (!transaction.meta.has(DECLARING)) declare(binding.doc, rewritten(transaction, typed))
          typed = ''
        }, ySyncPluginKey)
    }
    return bound
  }
  return new Plugin({
    appendTransaction(changes) {
      typed += typedIn(changes.filter((change) => !isRemote(change)))
      return null
    },
  })
}

export const CarefulCollaboration = Collaboration.extend({
  addProseMirrorPlugins() {
    const plugins = this.parent?.() ?? []
    const listening: Plugin[] = []
    for (const plugin of plugins) {
      if (plugin.spec.key === ySyncPluginKey) {
        writeOwnChangesOnly(plugin)
        listening.push(declareCarries(plugin))
      }
      if (plugin.spec.key === yUndoPluginKey) prepareUndo(plugin)
    }
    return [...plugins, ...listening]
  },
})
