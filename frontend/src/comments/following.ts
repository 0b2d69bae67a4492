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
import { carried, differing } from '../editor/differing'
import type { Passage } from './anchor'
import { Declared, Written } from './ids'
import { Sight } from './sight'
import { followed, mapped, type Standing } from './standing'

export type Followed = {
  readonly all: readonly Standing[]
  /** The thread that somebody looks at. */
  readonly active: number | null
}

type Drawn = Followed & { marks: DecorationSet }

const key = new PluginKey<Drawn>('comments')

const NOTHING: Drawn = { all: [], active: null, marks: DecorationSet.empty }

type Heard = { last: Update | null; declared: Declared }

/** What came into a document last, and all that was declared in it. */
const heard = new WeakMap<Doc, Heard>()

export function followedIn(state: EditorState): Followed {
  return key.getState(state) ?? NOTHING
}

/** A transaction that draws these. */
export function drawing({ tr }: EditorState, followed: Followed): Transaction {
  return tr.setMeta(key, followed)
}

/** The text of an editor, `doc` if that is what it is to show, and what came into it last. */
export function sightOf(state: EditorState, doc = state.doc): Sight {
  const { last, declared } = heardIn(docOf(state))
  return new Sight(state, last && new Written(last), declared, doc)
}

export const Following = Extension.create({
  name: 'following',
  addProseMirrorPlugins: () => [
    new Plugin<Drawn>({
      key,
      state: {
        init: () => NOTHING,
        apply(made, known, before) {
          const told = made.getMeta(key) as Followed | undefined
          if (told) return drawn(made.doc, told, known.marks)
          if (!made.docChanged || known.all.length === 0) return known
          if (!isRemote(made)) {
            const all = known.all.map((one) => mapped(one, made))
            return { ...known, all, marks: known.marks.map(made.mapping, made.doc) }
          }
          const sight = sightOf(before, made.doc)
          const all = known.all.map((one) => followed(one, sight))
          const changed = differing(before.doc, made.doc)
          const marks = changed ? carried(known.marks, changed, made.doc) : known.marks
          return drawn(made.doc, { ...known, all }, marks)
        },
      },
      props: { decorations: (state) => key.getState(state)?.marks },
      view({ state }) {
        const doc = docOf(state)
        const hear = (last: Update) => heard.set(doc, { ...heardIn(doc), last })
        doc.on('beforeObserverCalls', hear)
        return { destroy: () => doc.off('beforeObserverCalls', hear) }
      },
    }),
  ],
})

function heardIn(doc: Doc): Heard {
  const known = heard.get(doc) ?? { last: null, declared: new Declared(doc.store) }
  heard.set(doc, known)
  return known
}

function docOf(state: EditorState): Doc {
  return (ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding }).binding.doc
}

/** Settled threads are drawn only while somebody looks at them. */
export function isDrawn({ settled, number }: Standing, active: number | null): boolean {
  return !settled || number === active
}

/** Draws what is not drawn as it stands: to draw all anew is to go through the whole page. */
function drawn(doc: Node, { all, active }: Followed, marks: DecorationSet): Drawn {
  const wanted = new Map<string, Decoration>()
  for (const one of all) {
    if (!one.at || !isDrawn(one, active)) continue
    const mark = markOf(one.at, { number: one.number, isActive: one.number === active })
    wanted.set(nameOf(mark), mark)
  }
  const others = marks.find().filter((mark) => !wanted.delete(nameOf(mark)))
  return { all, active, marks: marks.remove(others).add(doc, [...wanted.values()]) }
}

type Spec = { number: number; isActive: boolean }

const markOf = ({ from, to }: Passage, spec: Spec): Decoration =>
  Decoration.inline(from, to, { class: spec.isActive ? 'comment comment-active' : 'comment' }, spec)

function nameOf({ from, to, spec }: Decoration): string {
  const { number, isActive } = spec as Spec
  return [number, isActive, from, to].join()
}
