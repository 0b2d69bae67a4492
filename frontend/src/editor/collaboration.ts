/**
 * The binding of the editor to a Yjs document, with one promise added: only a change that a person
 * made in an editable editor is ever written. y-tiptap by itself compares on every update of the
 * view, so that a click may write what rendering had mended.
 */
import { Collaboration } from '@tiptap/extension-collaboration'
import type { Plugin, Transaction } from '@tiptap/pm/state'
import { ySyncPluginKey } from '@tiptap/y-tiptap'

/** Whether a transaction shows what stands in the document, and is nobody's typing here. */
export function isRemote(transaction: Transaction): boolean {
  const meta: unknown = transaction.getMeta(ySyncPluginKey)
  return typeof meta === 'object' && meta !== null && 'isChangeOrigin' in meta
}

function writeOwnChangesOnly(plugin: Plugin): void {
  const view = plugin.spec.view
  if (!view) return
  plugin.spec.view = (editor) => {
    const bound = view(editor)
    return {
      update(now, before) {
        if (now.editable && now.state.doc !== before.doc) bound.update?.(now, before)
      },
      destroy: () => bound.destroy?.(),
    }
  }
}

export const CarefulCollaboration = Collaboration.extend({
  addProseMirrorPlugins() {
    const plugins = this.parent?.() ?? []
    for (const plugin of plugins) {
      if (plugin.spec.key === ySyncPluginKey) writeOwnChangesOnly(plugin)
    }
    return plugins
  },
})
