/**
 * Edits of the live document, gathered with positions as they are now, and made one transaction.
 *
 * y-tiptap finds what was changed in a text by comparing its ends: of two edits in one text it would
 * write anew what lies between. So the second edit of each text stands in a second round, and
 * `perform` lets y-tiptap see the rounds one after another, within one Yjs transaction.
 */
import { Fragment, type Node, Slice } from '@tiptap/pm/model'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { ReplaceAroundStep, ReplaceStep, type Step, Transform } from '@tiptap/pm/transform'
import type { EditorView } from '@tiptap/pm/view'
import { ySyncPluginKey, yUndoPluginKey } from '@tiptap/y-tiptap'
import type * as Y from 'yjs'
import { DECLARING, declare, unknown } from '../editor/carries'
import { changeOf, written } from '../editor/changes'
import { FRAGMENT } from '../editor/foreign'
import { Page } from '../editor/page'
import type { Stretch } from './columns'
import type { Branch } from './compare-tokens'
import { letters, type Piece, Pieces, textOf } from './restoring-carries'
import { dispatched, inRounds } from './restoring-rounds'

const ROUNDS = 'rounds of a restoration'
const PIECES = 'what a restoration says again'
const LEFT_OUT = 'whether a restoration leaves something out'

/**
 * `said`: under which ids the characters of the content were said, in their order; those of one moment
 * together.
 */
type Edit = {
  block: Branch | null
  from: number
  to: number
  content: Fragment
  said: readonly (readonly Stretch[])[]
  round: number
}

export class Edits {
  readonly #edits: Edit[] = []
  readonly #markups: { pos: number; attrs: Node['attrs'] }[] = []

  /** `doc` is what the positions mean: what Yjs holds. The editor may show it mended (a ragged table). */
  constructor(
    readonly state: EditorState,
    readonly doc: Node,
  ) {}

  /** Puts content of any schema in the place of what is there: in the text of a block, or among blocks. */
  replace(
    block: Branch | null,
    from: number,
    to: number,
    content: Fragment,
    said: readonly Stretch[] = [],
  ): void {
    const own = Fragment.fromJSON(this.state.schema, content.toJSON())
    this.#edits.push({ block, from, to, content: own, said: [said], round: 0 })
  }

  markup(pos: number, attrs: Node['attrs']): void {
    this.#markups.push({ pos, attrs })
  }

  /** Whether something is to be put between two positions. */
  touches(from: number, to: number): boolean {
    return this.#edits.some((edit) => edit.from > from && edit.from < to && edit.content.size > 0)
  }

  transaction(): Transaction {
    const made = new Transform(this.doc)
    const pieces = new Pieces(made)
    const rounds: number[] = []
    for (const { pos, attrs } of this.#markups) made.setNodeMarkup(pos, undefined, attrs)
    const edits = numbered(joined(this.#edits))
    let isWhole = true
    const last = Math.max(0, ...edits.map(({ round }) => round))
    for (let round = 0; round <= last; round++) {
      for (const edit of edits) {
        if (edit.round === round) isWhole = apply(made, edit, pieces) && isWhole
      }
      rounds.push(made.steps.length)
    }
    const tr = this.state.tr.setMeta(PIECES, pieces.placed()).setMeta(LEFT_OUT, !isWhole)
    if (!this.doc.eq(tr.doc)) return become(tr, made.docChanged ? made.doc : tr.doc)
    for (const step of made.steps) tr.step(step)
    return tr.setMeta(ROUNDS, rounds)
  }
}

/** Whether a transaction of `Edits` does all that it was made for. */
export const isWhole = (transaction: Transaction): boolean => !transaction.getMeta(LEFT_OUT)

/** Puts the blocks of `doc` in the place of those that are others. */
function become<T extends Transform>(tr: T, doc: Node): T {
  const [now, then] = [tr.doc.children, doc.children]
  const least = Math.min(now.length, then.length)
  let start = 0
  while (start < least && now[start]?.eq(then[start] ?? doc)) start++
  let end = 0
  while (end < least - start && now.at(-1 - end)?.eq(then.at(-1 - end) ?? doc)) end++
  const from = sizeOf(now.slice(0, start))
  const to = tr.doc.content.size - sizeOf(now.slice(now.length - end))
  const missing = Fragment.from(then.slice(start, then.length - end))
  if (to > from || missing.size > 0) tr.step(new ReplaceStep(from, to, new Slice(missing, 0, 0)))
  return tr
}

const sizeOf = (nodes: readonly Node[]): number =>
  nodes.reduce((sum, { nodeSize }) => sum + nodeSize, 0)

/** Edits that touch become one: what is put there stays in the order in which it came. */
function joined(edits: readonly Edit[]): Edit[] {
  const sorted = edits.toSorted((a, b) => a.from - b.from || a.to - b.to)
  const all: Edit[] = []
  for (const edit of sorted) {
    const last = all.at(-1)
    if (last && last.block === edit.block && edit.from <= last.to) {
      last.to = Math.max(last.to, edit.to)
      last.content = last.content.append(edit.content)
      last.said = [...last.said, ...edit.said]
    } else all.push({ ...edit })
  }
  return all
}

function numbered(edits: readonly Edit[]): Edit[] {
  const counts = new Map<Branch, number>()
  return edits
    .map((edit) => {
      if (!edit.block) return edit
      const round = counts.get(edit.block) ?? 0
      counts.set(edit.block, round + 1)
      return { ...edit, round }
    })
    .toReversed()
}

/** Tells whether all of the content found a place, and what it replaces is gone. */
function apply(tr: Transform, { from, to, content, block, said }: Edit, pieces: Pieces): boolean {
  const start = tr.mapping.map(from, from === to ? -1 : 1)
  const end = from === to ? start : tr.mapping.map(to, -1)
  const fitting = block ? plainIn(tr.doc.resolve(start).parent, content) : content
  const slice = new Slice(fitting, 0, 0)
  const steps = tr.steps.length
  if (tr.maybeStep(new ReplaceStep(start, end, slice)).failed) tr.replace(start, end, slice)
  if (tr.steps.length === steps) return start === end && content.size === 0
  pieces.put(textOf(fitting), said)
  return tr.steps.slice(steps).some((step) => puts(step, content))
}

/** Whether a step puts every letter and every leaf of a content, in its style. */
function puts(step: Step, content: Fragment): boolean {
  const isPut = step instanceof ReplaceStep || step instanceof ReplaceAroundStep
  return isPut && leavesOf(step.slice.content) === leavesOf(content)
}

function leavesOf(content: Fragment): string {
  const all: string[] = []
  let style = ''
  content.descendants(({ isLeaf, text, type, marks }) => {
    if (!isLeaf) return
    const own = marks.map(({ type }) => type.name).join()
    if (own !== style) all.push(`<${own}>`)
    style = own
    all.push(text ?? `<${type.name}>`)
  })
  return all.join('')
}

/** What may stand in a block: without the marks that it does not take. */
function plainIn({ type }: Node, content: Fragment): Fragment {
  return Fragment.fromArray(
    content.content
      .filter((node) => type.contentMatch.matchType(node.type))
      .map((node) => node.mark(type.allowedMarks(node.marks))),
  )
}

/**
 * Performs a transaction in a live editor as one edit of whoever sits there: one update, one step of
 * undo. The words between two edits of a text keep their ids, and so comments and carets their place.
 * False: something of it found no place, and is left out.
 */
export function perform(view: EditorView, doc: Y.Doc, transaction: Transaction): boolean {
  if (!transaction.docChanged) return isWhole(transaction)
  const { undoManager } = (yUndoPluginKey.getState(view.state) ?? {}) as {
    undoManager?: Y.UndoManager
  }
  undoManager?.stopCapturing()
  const before = view.state.doc
  let isDone = isWhole(transaction)
  doc.transact((inside) => {
    inside.meta.set(DECLARING, true)
    const way = view.state.doc.eq(transaction.before)
      ? inRounds(view, transaction, transaction.getMeta(ROUNDS) ?? [transaction.steps.length])
      : dispatched(view, become(view.state.tr, transaction.doc))
    isDone &&= way.isWhole
    const change = changeOf(view.state)
    if (!change || view.state.doc === before) return
    const placed = (transaction.getMeta(PIECES) as Piece[] | undefined) ?? []
    const pieces = placed.map((piece) => ({ ...piece, pos: way.over.map(piece.pos) }))
    const root = doc.getXmlFragment(FRAGMENT)
    const page = new Page(inside, root, change)
    if (page.isWhole) {
      page.tellApart()
      declare(inside, page.rewritten(), ...letters(pieces).map((said) => page.put(said)))
    } else declare(inside, unknown(inside))
    written(view.state)
  }, ySyncPluginKey)
  undoManager?.stopCapturing()
  return isDone
}
