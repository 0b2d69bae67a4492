/** The text of a walk as it is shown: one sheet, or two side by side. Draws only what has changed. */
import { words } from '../catalogue'
import { Blame } from './blame'
import type { Stretch } from './columns'
import { type Comparison, compare } from './compare'
import { isMuch } from './extract'
import { lineUp } from './lining'
import { Passing } from './passing'
import type { Moment } from './past'
import type { View } from './place'
import { Sheet } from './rendering'
import { type Line, placeOf, samePlace } from './scrolling'
import type { Walk } from './walk'

/** A comparison that takes longer (ms) waits until the handle rests. */
const QUICK = 60

export class Scene {
  moment: Moment | null = null
  comparison: Comparison | null = null
  blame: Blame | null = null
  #sheets: Sheet[] = []
  #drawn = ''
  #cost = 0
  #wanted: readonly Stretch[] = []
  #width = 0
  #passing: Passing | null = null
  /** Somebody scrolls while the text passes by: from then on all of it is drawn. */
  #scrolled = false
  readonly #resized = new ResizeObserver(() => {
    if (this.#width !== this.place.clientWidth) this.#lineUp()
  })
  /** The change that had the focus last: with the focus on a button, one goes on from there. */
  current: number | null = null

  constructor(
    readonly place: HTMLElement,
    /** The height of the bars that cover the text. */
    readonly below: () => number,
  ) {
    this.#resized.observe(place)
    document.addEventListener('scroll', this.#scrolls)
  }

  /** The sheet that shows the newer text. */
  get sheet(): Sheet | null {
    return this.#sheets.at(-1) ?? null
  }

  /** What is selected in the text of the moment. */
  get selected(): { from: number; to: number } | null {
    return this.#passing ? null : (this.sheet?.selected ?? null)
  }

  /** The line that is read: null at the top of the text. */
  get line(): Line | null {
    return this.#passing ? this.#passing.read : (this.sheet?.line(this.below()) ?? null)
  }

  /** Shows where the walk is. `moving`: at once, and what takes time not yet. */
  draw(walk: Walk, now: number, moving: boolean): void {
    const { seq, since, book } = walk
    const plain = moving && this.#cost > QUICK
    const view = plain ? 'text' : walk.view
    const from = view === 'compare' || view === 'sides' ? since : 0
    if (!moving) this.#scrolled = false
    const passes = view === 'text' && moving && !this.#scrolled && this.#pass(walk)
    const { head, columns } = book.past
    const next = [view, seq, from, head, book.summary.epoch, columns.traced].join()
    if (!passes && (this.#passing || next !== this.#drawn)) {
      this.#redraw(walk, view, now)
      this.#drawn = next
    }
    this.#selectWanted()
  }

  /** Shows only what the window holds, where all would take too long. False: it would not. */
  #pass({ book, seq }: Walk): boolean {
    const { sheet, moment: before } = this
    const moment = book.past.at(seq)
    if (!sheet || !before || !isMuch(sheet.doc, moment.doc)) return false
    const below = this.below()
    this.#passing ??= new Passing(this.place, sheet, before, below)
    this.comparison = this.blame = this.current = null
    this.moment = moment
    this.#passing.show(moment, below)
    return true
  }

  readonly #scrolls = (): void => {
    this.#scrolled = this.#passing !== null
  }

  #redraw(walk: Walk, view: View, now: number): void {
    const passing = this.#passing
    const [before, line] = [this.moment, this.line]
    this.#passing = null
    this.#layOut(view === 'sides' ? 2 : 1, walk)
    const begun = performance.now()
    this.#show(walk, view, now)
    if (view !== 'text') this.#cost = performance.now() - begun
    if (passing?.line && !line) this.sheet?.scrollTo(null, this.below())
    else if (before && this.moment && line) {
      const pos = samePlace(before, line.pos, this.moment)
      if (pos !== null) this.sheet?.scrollTo({ ...line, pos }, this.below())
    }
    passing?.remove()
  }

  /** Brings a change into sight, with the focus; numbers go round. False: there is none. */
  focusChange(change: number): boolean {
    const all = this.comparison?.changes.length ?? 0
    return all > 0 && (this.sheet?.focus(((change % all) + all) % all) ?? false)
  }

  /** The focus has come to something in the text. */
  reached(target: EventTarget | null): void {
    this.current = this.sheet?.changeAt(target) ?? null
  }

  /** Brings the first change into sight, when none is in sight. */
  reveal(): void {
    const marks = [...(this.sheet?.dom.querySelectorAll('[data-change]') ?? [])]
    const isSeen = (mark: Element) => {
      const { top, bottom } = mark.getBoundingClientRect()
      return bottom > this.below() && top < innerHeight
    }
    if (!marks.some(isSeen)) marks[0]?.scrollIntoView({ block: 'center' })
  }

  /** Selects these words in what is drawn next. */
  selectNext(ids: readonly Stretch[]): void {
    this.#wanted = ids
  }

  /** Ends it. */
  destroy(): void {
    this.#resized.disconnect()
    document.removeEventListener('scroll', this.#scrolls)
    this.#passing?.remove()
    this.#clear()
  }

  #clear(): void {
    for (const sheet of this.#sheets) sheet.destroy()
    this.#sheets = []
    this.place.replaceChildren()
  }

  #selectWanted(): void {
    const wanted = this.moment && placeOf(this.moment, this.#wanted)
    this.#wanted = []
    if (!wanted) return
    this.sheet?.dom.focus({ preventScroll: true })
    this.sheet?.select(wanted.from, wanted.to)
  }

  #show(walk: Walk, view: View, now: number): void {
    const { past } = walk.book
    this.comparison = this.blame = this.current = null
    if (view === 'compare' || view === 'sides') {
      const comparison = compare(past, walk.since, walk.seq)
      this.comparison = comparison
      this.moment = comparison.after
      const [first, last] = [this.#sheets[0], this.sheet]
      if (first && first !== last) first.showComparison(comparison, now, true)
      last?.showComparison(comparison, now)
      this.#lineUp()
      return
    }
    this.moment = past.at(walk.seq)
    if (view === 'authors') {
      this.blame = new Blame(this.moment, past.columns)
      this.sheet?.showBlame(this.blame, now)
    } else this.sheet?.show(this.moment)
  }

  /** Two texts side by side have what is in both at the same height. */
  #lineUp(): void {
    this.#width = this.place.clientWidth
    const [left, right] = this.#sheets
    if (left && right && this.comparison) lineUp(left, right, this.comparison.beside())
  }

  #layOut(count: 1 | 2, { book }: Walk): void {
    if (this.#sheets.length !== count) {
      this.#clear()
      this.place.dataset.sheets = String(count)
      this.#sheets = Array.from({ length: count }, (_, i) => this.#sheet(count, i, book.people))
    }
    for (const sheet of this.#sheets) sheet.people = book.people
  }

  #sheet(count: number, index: number, people: Walk['book']['people']): Sheet {
    const article = document.createElement('article')
    article.className = 'prose'
    if (count === 2) article.dataset.side = index === 0 ? words.before : words.after
    this.place.append(article)
    return new Sheet(article, people)
  }
}
