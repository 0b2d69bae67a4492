/**
 * What a person changed in the editor since it showed what Yjs holds.
 *
 * Knows steps only; whoever writes them into Yjs says so.
 */
import type { Node } from '@tiptap/pm/model'
import { type EditorState, Plugin, PluginKey, type Transaction } from '@tiptap/pm/state'
import { Mapping } from '@tiptap/pm/transform'
import { ySyncPluginKey } from '@tiptap/y-tiptap'

/** From what Yjs held to what the editor shows. `over`: something was selected before. */
export type Change = {
  before: Node
  made: readonly Transaction[]
  after: Node
  over: boolean
}

type Pending = Omit<Change, 'after'> & { held: { doc: Node | null } }

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
      init: (_, { doc }) => ({ before: doc, made: [], over: false, held: { doc } }),
      apply(made, pending, { doc, selection }) {
        const { held } = pending
        if (isRemote(made)) return { before: made.doc, made: [], over: false, held }
        if (!made.docChanged) return pending
        const isFirst = doc === held.doc || pending.made.length === 0
        if (isFirst) return { before: doc, made: [made], over: !selection.empty, held }
        return { ...pending, made: [...pending.made, made] }
      },
    },
  })
}

export function changeOf(state: EditorState): Change | null {
  const pending = key.getState(state)
  return pending ? { ...pending, after: state.doc } : null
}

/** From now on Yjs holds what the editor shows. */
export function written(state: EditorState): void {
  const pending = key.getState(state)
  if (pending) pending.held.doc = state.doc
}

export function mappingOf({ made }: Change): Mapping {
  return new Mapping(made.flatMap(({ mapping }) => mapping.maps))
}
