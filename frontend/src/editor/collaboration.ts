/**
 * The binding of the editor to a Yjs document, with three promises added. Only a change that a person
 * made in an editable editor is ever written: y-tiptap by itself compares on every update of the
 * view, so that a click may write what rendering had mended. What others write is shown as it stands, also
 * after an undo. And what is written again is declared, so that it stays its first author's.
 */
import { Collaboration } from '@tiptap/extension-collaboration'
import type { EditorState, Plugin, Transaction } from '@tiptap/pm/state'
import { type ProsemirrorBinding, ySyncPluginKey, yUndoPluginKey } from '@tiptap/y-tiptap'
import type { Doc, UndoManager } from 'yjs'
import { DECLARING } from './carries'
import { changeOf, followChanges, isRemote, written } from './changes'
import { joinHeard } from './joining'
import { Rewriting } from './rewriting'
import { typingOf, writeExactly } from './typing'
import { declareUndone } from './undoing'

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

type Bound = Pick<ProsemirrorBinding, 'mux' | 'type' | 'mapping' | '_prosemirrorChanged'> & {
  doc: Doc
  beforeTransactionSelection: { absAnchor?: number; absHead?: number } | null
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

/** Writes each edit exactly, and declares in the same transaction what it carries. */
function declareCarries(plugin: Plugin): void {
  const view = plugin.spec.view
  const rewriting = new Rewriting()
  plugin.spec.view = (editor) => {
    const bound = view?.(editor) ?? {}
    const { binding } = ySyncPluginKey.getState(editor.state) as { binding: Bound | null }
    if (!binding) return bound
    const stock = binding._prosemirrorChanged
    const write = stock.bind(binding)
    binding._prosemirrorChanged = (doc) =>
      binding.doc.transact((transaction) => {
        const change = changeOf(editor.state)
        const isDeclaring = transaction.meta.has(DECLARING)
        if (!change || isDeclaring) return write(doc)
        const typing = typingOf(change)
        const text = typing && writeExactly(binding.type, typing, change)
        if (text) binding.mapping.delete(text)
        write(doc)
        rewriting.declare(transaction, binding.type, change, typing)
        written(editor.state)
      }, ySyncPluginKey)
    const joinNoMore = joinHeard(binding.doc)
    const follow = () => {
      const selection = binding.beforeTransactionSelection
      if (!selection) return
      // What is joined when it is heard is shown after that, which may have made the page shorter.
      selection.absAnchor &&= editor.state.selection.anchor
      selection.absHead &&= editor.state.selection.head
    }
    binding.doc.on('afterTransaction', follow)
    const destroy = () => {
      joinNoMore()
      binding.doc.off('afterTransaction', follow)
      // The binding outlives the view, which is made anew whenever a plug-in comes or goes.
      binding._prosemirrorChanged = stock
      bound.destroy?.()
    }
    return { ...bound, destroy }
  }
}

export const CarefulCollaboration = Collaboration.extend({
  /**
   * Where all was selected and is emptied, Tiptap makes a plain paragraph of it. Where others or an undo
   * had emptied it, Yjs did not hear of that, and the next edit wrote it.
   */
  dispatchTransaction({ transaction, next }) {
    if (isRemote(transaction)) transaction.setMeta('preventClearDocument', true)
    next(transaction)
  },
  addProseMirrorPlugins() {
    const plugins = this.parent?.() ?? []
    for (const plugin of plugins) {
      if (plugin.spec.key === ySyncPluginKey) {
        writeOwnChangesOnly(plugin)
        declareCarries(plugin)
      }
      if (plugin.spec.key === yUndoPluginKey) prepareUndo(plugin)
    }
    return [...plugins, followChanges()]
  },
})
