/**
 * Draws the passages of threads, and follows them through the edits of the text: a plug-in that is there
 * from the beginning, for one that came later would begin undo anew.
 */
import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import { type EditorState, Plugin, PluginKey, type Transaction } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { type ProsemirrorBinding, ySyncPluginKey } from '@tiptap/y-tiptap'
import type { Doc, Transaction as Update } from 'yjs'
import { isRemote } from '../editor/changes'
import type { Passage } from './anchor'
import { Ground } from './ground'
import { Written } from './ids'
import { Lettering } from './quote'
import { type Find, followed, mapped, type Standing } from './standing'

export type Followed = {
  readonly all: readonly Standing[]
  /** The thread that somebody looks at. */
  readonly active: number | null
}

type Drawn = Followed & { marks: DecorationSet }

const key = new PluginKey<Drawn>('comments')

const NOTHING: Drawn = { all: [], active: null, marks: DecorationSet.empty }

/** What came into a document last. */
const heard = new WeakMap<Doc, Update>()

export function followedIn(state: EditorState): Followed {
  return key.getState(state) ?? NOTHING
}

/** A transaction that draws these. */
export function drawing({ tr }: EditorState, followed: Followed): Transaction {
  return tr.setMeta(key, followed)
}

/** What came into the document with what was shown or written last. */
export function writtenLast(state: EditorState): Written {
  const update = heard.get(docOf(state))
  return update ? new Written(update) : NONE
}

const NONE = { copies: [], letters: 0 }

/** Reads the text when it is first asked, and once. */
export function finder(doc: Node): Find {
  let lettering: Lettering | null = null
  return (words, near) => {
    lettering ??= new Lettering(doc)
    return lettering.find(words, near)
  }
}

export const Following = Extension.create({
  name: 'following',
  addProseMirrorPlugins: () => [
    new Plugin<Drawn>({
      key,
      state: {
        init: () => NOTHING,
        apply(made, drawn, before) {
          const told = made.getMeta(key) as Followed | undefined
          if (told) return { ...told, marks: marksOf(made.doc, told) }
          if (!made.docChanged || drawn.all.length === 0) return drawn
          if (!isRemote(made)) {
            const all = drawn.all.map((one) => mapped(one, made))
            return { ...drawn, all, marks: drawn.marks.map(made.mapping, made.doc) }
          }
          const [ground, find, last] = [new Ground(before), finder(made.doc), writtenLast(before)]
          const all = drawn.all.map((one) => followed(one, before.doc, ground, find, last))
          const now = { ...drawn, all }
          return { ...now, marks: marksOf(made.doc, now) }
        },
      },
      props: { decorations: (state) => key.getState(state)?.marks },
      view({ state }) {
        const doc = docOf(state)
        const hear = (update: Update) => heard.set(doc, update)
        doc.on('beforeObserverCalls', hear)
        return { destroy: () => doc.off('beforeObserverCalls', hear) }
      },
    }),
  ],
})

function docOf(state: EditorState): Doc {
  return (ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding }).binding.doc
}

/** Settled threads are drawn only while somebody looks at them. */
export function isDrawn({ settled, number }: Standing, active: number | null): boolean {
  return !settled || number === active
}

function marksOf(doc: Node, { all, active }: Followed): DecorationSet {
  const mark = ({ from, to }: Passage, name: string) => Decoration.inline(from, to, { class: name })
  const marks = all.flatMap((one) => {
    if (!one.at || !isDrawn(one, active)) return []
    return [mark(one.at, one.number === active ? 'comment comment-active' : 'comment')]
  })
  return DecorationSet.create(doc, marks)
}
