/**
 * A sheet that shows a moment, a comparison or who wrote what. It is a bare ProseMirror view with the
 * editor's schema: no commands, no plugins of the editor, no Yjs, so that nothing can ever be sent.
 */
import { DOMSerializer, type Node } from '@tiptap/pm/model'
import { EditorState, Plugin } from '@tiptap/pm/state'
import { DecorationSet, EditorView, type NodeView } from '@tiptap/pm/view'
import { words } from '../catalogue'
import { schema } from '../editor/schema-of'
import { selectIn } from '../editor/selecting'
import type { Blame } from './blame'
import type { Change, Comparison } from './compare'
import type { Gap } from './lining'
import type { Moment } from './past'
import { blameMarks, changeMarks, gapMarks, scarMarks } from './rendering-marks'
import { type People, sentenceOf } from './rendering-words'
import { firstLine, type Line, scrollToLine } from './scrolling'

export class Sheet {
  readonly #view: EditorView
  readonly #plugins: Plugin[]
  #marks = DecorationSet.empty
  #decorations = DecorationSet.empty

  /** Shows nothing yet, in `place`, in the place of what was there. */
  constructor(
    place: HTMLElement,
    public people: People,
  ) {
    place.replaceChildren()
    this.#plugins = [
      new Plugin({
        props: { decorations: () => this.#decorations },
        filterTransaction: ({ docChanged }) => !docChanged,
      }),
    ]
    this.#view = new EditorView(place, {
      state: EditorState.create({ schema, plugins: this.#plugins }),
      editable: () => false,
      nodeViews: { taskItem },
      attributes: {
        role: 'document',
        'aria-label': words.textThen,
        'aria-description': words.selectKeys,
        tabindex: '0',
        class: 'past',
      },
    })
  }

  get dom(): HTMLElement {
    return this.#view.dom
  }

  /** The document that is shown. */
  get doc(): Node {
    return this.#view.state.doc
  }

  /** What is selected in it, or null. */
  get selected(): { from: number; to: number } | null {
    const { from, to, empty } = this.#view.state.selection
    return empty ? null : { from, to }
  }

  select(anchor: number, head: number): void {
    selectIn(this.#view, anchor, head)
  }

  /** The first line that is shown below the bars of the page. */
  line(below: number): Line | null {
    return firstLine(this.#view, below)
  }

  scrollTo(line: Line | null, below: number): void {
    scrollToLine(this.#view, line, below)
  }

  show({ doc, scars }: Pick<Moment, 'doc'> & Partial<Pick<Moment, 'scars'>>): void {
    this.#put(doc, DecorationSet.empty, scars)
  }

  /** The newer document with what is gone in its place; `former`: the older, with what it lost. */
  showComparison(comparison: Comparison, now: number, former = false): void {
    const { doc, scars } = former ? comparison.before : comparison.after
    const changes = former ? comparison.former : comparison.changes
    const said = (change: Change) => sentenceOf(change, this.people, now)
    this.#put(doc, changeMarks(doc, changes, this.people, said), scars)
  }

  /** A document that is none yet, and what would become of another. */
  showProposal(doc: Node, changes: readonly Change[], said: (change: Change) => string): void {
    this.#put(doc, changeMarks(doc, changes, this.people, said))
  }

  showBlame(blame: Blame, now: number): void {
    const { doc, scars } = blame.moment
    this.#put(doc, blameMarks(blame, this.people, now, true), scars)
  }

  /** How far down (px) the block at a position begins. */
  top(pos: number): number {
    const block = this.#view.nodeDOM(pos)
    return block instanceof Element ? block.getBoundingClientRect().top : 0
  }

  /** How far down (px) the line of a position begins. */
  lineTop(pos: number): number {
    return this.#view.coordsAtPos(pos).top
  }

  /** Puts space above blocks, and above no others. */
  showGaps(gaps: readonly Gap[]): void {
    this.#decorations = this.#marks.add(this.doc, gapMarks(this.doc, gaps))
    this.#view.updateState(this.#view.state)
  }

  /** Brings a change into sight and gives it the focus. False: there is none of that number. */
  focus(change: number): boolean {
    const mark = this.dom.querySelector<HTMLElement>(`[data-change="${change}"][tabindex]`)
    mark?.focus({ preventScroll: true })
    mark?.scrollIntoView({ block: 'center' })
    return mark !== null
  }

  /** The change that has the focus, or that an event came from. */
  changeAt(target: EventTarget | null = document.activeElement): number | null {
    const mark = target instanceof Element ? target.closest<HTMLElement>('[data-change]') : null
    return mark && this.dom.contains(mark) ? Number(mark.dataset.change) : null
  }

  destroy(): void {
    this.#view.destroy()
  }

  #put(doc: Node, decorations: DecorationSet, scars: readonly number[] = []): void {
    this.#marks = this.#decorations = decorations.add(doc, scarMarks(scars))
    this.#view.updateState(EditorState.create({ doc, plugins: this.#plugins }))
  }
}

/** A box that nobody can tick. */
function taskItem(node: Node): NodeView {
  const drawn = node.type.spec.toDOM?.(node) ?? ['li', 0]
  const { dom, contentDOM } = DOMSerializer.renderSpec(document, drawn)
  if (dom instanceof HTMLElement) {
    for (const box of dom.querySelectorAll('input')) {
      box.disabled = true
      box.setAttribute('aria-label', words.styles.taskItem ?? '')
    }
  }
  return contentDOM ? { dom, contentDOM } : { dom }
}
