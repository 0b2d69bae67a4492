/**
 * The colours of authors in a text that is edited. Between two drawings they follow the text by
 * themselves: what has changed since is nobody's, until it is drawn again.
 *
 * They are props of the view and no plugin of the editor: a new plugin would begin undo anew.
 */
import type { Node } from '@tiptap/pm/model'
import { Decoration, DecorationSet, type EditorView } from '@tiptap/pm/view'
import { carried, differing } from '../editor/differing'
import type { Blame } from './blame'
import { type BlameSpec, blameMarks } from './rendering-marks'
import type { People } from './rendering-words'

export class LiveColours {
  #doc: Node
  #marks = DecorationSet.empty

  constructor(readonly view: EditorView) {
    this.#doc = view.state.doc
  }

  /** Draws who wrote a text, if it is the one that stands in the editor. False: it is another. */
  draw(blame: Blame, people: People, now: number): boolean {
    const { doc } = this.view.state
    if (doc.content.findDiffStart(blame.moment.doc.content) !== null) return false
    this.#marks = blameMarks(blame, people, now, false)
    this.#doc = doc
    this.view.setProps({ decorations: ({ doc }) => this.#in(doc) })
    return true
  }

  remove(): void {
    this.#marks = DecorationSet.empty
    if (!this.view.isDestroyed) this.view.setProps({ decorations: () => DecorationSet.empty })
  }

  #in(doc: Node): DecorationSet {
    if (doc === this.#doc) return this.#marks
    // An input method loses its word when an element comes around it.
    this.#marks = followed(this.#marks, this.#doc, doc, !this.view.composing)
    this.#doc = doc
    return this.#marks
  }
}

/** Marks of one document in the next. `cut`: what was put into the middle of one is in none. */
export function followed(
  marks: DecorationSet,
  before: Node,
  after: Node,
  cut: boolean,
): DecorationSet {
  const changed = differing(before, after)
  if (!changed) return marks
  const { from, to } = changed
  const moved = carried(marks, changed, after)
  if (!cut || from === to) return moved
  const around = moved.find(from, to).filter((mark) => mark.from < to && mark.to > from)
  const pieces = around.flatMap((mark) => [
    ...piece(mark, mark.from, from),
    ...piece(mark, to, mark.to),
  ])
  return moved.remove(around).add(after, pieces)
}

function piece({ spec }: Decoration, from: number, to: number): Decoration[] {
  const { attributes } = spec as BlameSpec
  return from < to ? [Decoration.inline(from, to, attributes, { attributes })] : []
}
