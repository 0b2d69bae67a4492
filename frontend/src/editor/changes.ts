/**
 * What a person changed in the editor since it showed what Yjs holds.
 *
 * Knows steps only; whoever writes them into Yjs says so.
 */
import type { Node } from '@tiptap/pm/model'
import { type EditorState, Plugin, PluginKey, type Transaction } from '@tiptap/pm/state'
import { Mapping } from '@tiptap/pm/transform'
import { ySyncPluginKey } from '@tiptap/y-tiptap'

/** From what Yjs held to what the editor shows. */
export type Change = { before: Node; made: readonly Transaction[]; after: Node }

type Pending = Pick<Change, 'before' | 'made'> & { held: { doc: Node | null } }

const key = new PluginKey<Pending>('changes')

/** Whether a transaction shows what stands in the document, and is nobody's typing here. */
export function isRemote(transaction: Transaction): boolean {
  const meta: unknown = transaction.getMeta(ySyncPluginKey)
  return typeof meta === 'object' && meta !== null && 'isChangeOrigin' in meta
}

export function followChanges(): Plugin {
  return new Plugin<Pending>({
    key,
    state: {
      init: (_, { doc }) => ({ before: doc, made: [], held: { doc } }),
      apply(made, { held, ...pending }, { doc }) {
        if (isRemote(made)) return { before: made.doc, made: [], held }
        if (!made.docChanged) return { held, ...pending }
        if (doc === held.doc) return { before: doc, made: [made], held }
        return { before: pending.before, made: [...pending.made, made], held }
      },
    },
  })
}

export function changeOf(state: EditorState): Change | null {
  const pending = key.getState(state)
  return pending ? { before: pending.before, made: pending.made, after: state.doc } : null
}

/** From now on Yjs holds what the editor shows. */
export function written(state: EditorState): void {
  const pending = key.getState(state)
  if (pending) pending.held.doc = state.doc
}

export function mappingOf({ made }: Change): Mapping {
  return new Mapping(made.flatMap(({ mapping }) => mapping.maps))
}
