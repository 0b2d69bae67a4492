/**
 * The text as it passes by while the handle moves: of each moment as much as the window shows. It
 * covers the sheets, which cost what all of the text costs and follow when the handle rests.
 */
import { extract } from './extract'
import type { Moment } from './past'
import { Sheet } from './rendering'
import { type Line, samePlace } from './scrolling'

/** No line of text is lower (px), so that what is taken fills the window. */
const LOWEST = 14
/** The share of the window that may stay empty below the end of the text, as in history.css. */
const BELOW = 0.4

export class Passing {
  readonly #cover = document.createElement('div')
  readonly #article = document.createElement('article')
  readonly #sheet: Sheet
  readonly #top: number
  #read: Line | null

  /** Covers a sheet that shows a moment, below the bars of the page, until it is removed. */
  constructor(
    place: HTMLElement,
    readonly covered: Sheet,
    readonly of: Moment,
    below: number,
  ) {
    const { left, width } = place.getBoundingClientRect()
    this.#top = covered.dom.getBoundingClientRect().top - below
    this.#read = this.line = covered.line(below)
    this.#cover.className = 'past-passing'
    this.#cover.ariaHidden = 'true'
    Object.assign(this.#cover.style, { left: `${left}px`, width: `${width}px` })
    this.#article.className = 'prose'
    this.#article.inert = true
    this.#cover.append(this.#article)
    place.after(this.#cover)
    this.#sheet = new Sheet(this.#article, covered.people)
  }

  /** The line that was read when it began: null at the top of the text. */
  readonly line: Line | null

  /** The line that is read now, in the moment that is shown. */
  get read(): Line | null {
    return this.#read
  }

  /** Shows a moment from `below` (px) down, where the bars end by now. */
  show(moment: Moment, below: number): void {
    const { doc } = moment
    const height = innerHeight - below
    this.#cover.style.top = `${below}px`
    const there = this.line && (samePlace(this.of, this.line.pos, moment) ?? this.line.pos)
    const pos = Math.min(there ?? 0, doc.content.size)
    const part = extract(doc, pos, Math.ceil(height / LOWEST))
    this.#article.style.translate = 'none'
    this.#sheet.show(part)
    const gap = this.#sheet.lineTop(pos - part.shift) - below
    const wanted = this.line ? this.line.gap - gap : this.#top
    const least = height * (1 - BELOW) - this.#article.offsetHeight
    const most = part.from === 0 ? this.#top + scrollY : Number.POSITIVE_INFINITY
    const y = Math.min(Math.max(wanted, least), most)
    this.#article.style.translate = `0 ${y}px`
    this.#read = y === most ? null : { pos, gap: gap + y }
  }

  remove(): void {
    this.#sheet.destroy()
    this.#cover.remove()
  }
}
