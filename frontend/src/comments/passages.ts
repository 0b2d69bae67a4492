/**
 * Where the threads stand in one editor. Changes no text: whoever moved words under other ids tells where
 * they are now, and who sees that nobody has told, after a while.
 */
import type { Editor } from '@tiptap/core'
import { type Selection, TextSelection, type Transaction } from '@tiptap/pm/state'
import { isRemote } from '../editor/changes'
import { isUndoOrRedo } from '../editor/collaboration'
import { type Anchor, anchorOf, type Passage, wordsOf } from './anchor'
import { drawing, type Followed, followedIn, isDrawn, sightOf } from './following'
import { Ground } from './ground'
import { endsOf, isMended, type Placed, placed, type Standing, written } from './standing'

export type { Anchor, Passage } from './anchor'
export type { Placed } from './standing'

export interface Around {
  /** What stands where, or what it says, may be another. */
  changed(): void
  /** The caret came to stand in these, or somebody clicked there. */
  picked(numbers: number[]): void
  moved(number: number, anchor: Anchor): void
}

/** Own edits are told together, so long (ms) after the first of them; what others left untold, later. */
const OWN = 1_000
const OTHERS = 10_000

export class Passages {
  /** Those whose words the person here has moved. */
  readonly #own = new Set<number>()
  #last: readonly Standing[] = []
  #mending: ReturnType<typeof setTimeout> | undefined
  #watching: ReturnType<typeof setTimeout> | undefined
  #picked = ''

  /** Made anew for each editor. */
  constructor(
    readonly editor: Editor,
    readonly around: Around,
  ) {
    editor.on('transaction', this.#after)
    editor.on('selectionUpdate', this.#selected)
    editor.view.dom.addEventListener('click', this.#clicked)
  }

  /** Of the settled only the active one is drawn. */
  show(threads: readonly Placed[], active: number | null): void {
    const { state } = this.editor
    const before = new Map(this.#all.map((one) => [one.number, one]))
    const sight = sightOf(state)
    const all = threads.map((one) => placed(one, sight, before.get(one.number)))
    this.#draw({ all, active })
    this.#last = all
    this.#watch()
  }

  /** Null: its words are not in the text. */
  of(number: number): Passage | null {
    return this.#all.find((one) => one.number === number)?.at ?? null
  }

  /** What stands there now. */
  words(number: number): string | null {
    const one = this.#all.find((one) => one.number === number)
    return one?.at ? one.words : null
  }

  /** What is selected; null: no words are. */
  selected(): Anchor | null {
    const { state } = this.editor
    const { selection } = state
    const at = extentOf(selection)
    const words = wordsOf(state.doc, at)
    const edges = words.trim() ? endsOf([...new Ground(state).letters(at)]) : null
    return edges && anchorOf(edges, words)
  }

  /** Scrolls there, and puts the caret at its beginning where one may write. */
  reveal(number: number): void {
    const { view, isEditable } = this.editor
    const at = this.of(number)
    if (!at) return
    if (isEditable) {
      const selection = TextSelection.create(view.state.doc, at.from)
      view.dispatch(view.state.tr.setSelection(selection))
      view.focus()
    }
    const { node } = view.domAtPos(at.from, 1)
    const element = node instanceof Element ? node : node.parentElement
    element?.scrollIntoView({ block: 'center' })
  }

  stop(): void {
    if (this.#mending && !this.editor.isDestroyed) this.#tell(this.#own)
    clearTimeout(this.#mending)
    clearTimeout(this.#watching)
    this.editor.off('transaction', this.#after)
    this.editor.off('selectionUpdate', this.#selected)
    if (!this.editor.isDestroyed) this.editor.view.dom.removeEventListener('click', this.#clicked)
  }

  get #all(): readonly Standing[] {
    return followedIn(this.editor.state).all
  }

  #draw(followed: Followed): void {
    this.editor.view.dispatch(drawing(this.editor.state, followed))
  }

  readonly #after = ({ transaction }: { transaction: Transaction }): void => {
    if (!transaction.docChanged || this.#all.length === 0) return
    if (!isRemote(transaction)) this.#read()
    if (!isRemote(transaction) || isUndoOrRedo(transaction)) this.#note()
    this.#last = this.#all
    this.#watch()
    this.around.changed()
  }

  /** Reads the letters where the person here has changed them. */
  #read(): void {
    const { state } = this.editor
    const { all, active } = followedIn(state)
    const sight = sightOf(state)
    const now = all.map((one) => written(one, sight))
    if (now.some((one, i) => one !== all[i])) this.#draw({ all: now, active })
  }

  /** Notes what the person here has just moved, to tell it. */
  #note(): void {
    const edges = new Map(this.#last.map((one) => [one.number, one.edges]))
    const isMoved = (one: Standing) => !isMended(one) && one.edges !== edges.get(one.number)
    for (const one of this.#all) if (isMoved(one)) this.#own.add(one.number)
    if (this.#own.size > 0) this.#mending ??= setTimeout(this.#mend, OWN)
  }

  readonly #mend = (): void => {
    this.#mending = undefined
    const own = new Set(this.#own)
    this.#own.clear()
    this.#tell(own)
    this.#last = this.#all
    this.#watch()
  }

  /** Looks again, after a while, whether somebody has told where these are. */
  #watch(): void {
    const numbers = this.#all.filter((one) => !isMended(one)).map(({ number }) => number)
    if (numbers.length === 0) return
    // Not all of those who see it at once.
    const wait = OTHERS + Math.random() * OTHERS
    this.#watching ??= setTimeout(() => {
      this.#watching = undefined
      if (document.visibilityState === 'visible') this.#tell(new Set(numbers))
    }, wait)
  }

  #tell(numbers: ReadonlySet<number>): void {
    if (!this.editor.isEditable) return
    const { doc } = this.editor.state
    for (const one of this.#all) {
      const { number, at, edges } = one
      if (!numbers.has(number) || isMended(one) || !at || !edges) continue
      this.around.moved(number, anchorOf(edges, wordsOf(doc, at)))
    }
  }

  readonly #selected = (): void => {
    const { empty, head } = this.editor.state.selection
    const numbers = empty ? this.#around(({ from, to }) => from <= head && head <= to) : []
    const picked = numbers.join()
    if (picked === this.#picked) return
    this.#picked = picked
    this.around.picked(numbers)
  }

  readonly #clicked = ({ target }: Event): void => {
    const mark = target instanceof Element ? target.closest('.comment') : null
    if (!mark) return
    const pos = this.editor.view.posAtDOM(mark, 0)
    const numbers = this.#around(({ from, to }) => from <= pos && pos < to)
    this.#picked = numbers.join()
    if (numbers.length > 0) this.around.picked(numbers)
  }

  /** The threads that are drawn, and whose passage is so. */
  #around(isSo: (passage: Passage) => boolean): number[] {
    const { all, active } = followedIn(this.editor.state)
    const meant = all.filter((one) => isDrawn(one, active) && one.at && isSo(one.at))
    return meant.map(({ number }) => number)
  }
}

/** From the first to the last of what is selected: of a table's cells it is several ranges. */
function extentOf({ ranges }: Selection): Passage {
  return {
    from: Math.min(...ranges.map(({ $from }) => $from.pos)),
    to: Math.max(...ranges.map(({ $to }) => $to.pos)),
  }
}
