/** Looks at a book: where one is, what is drawn of it, and what the timeline and the bar do. */
import { render } from 'lit-html'
import { selectByKey } from '../editor/selecting'
import type { Acting } from './acting'
import { type BarActs, bar } from './bar'
import type { Book } from './book'
import { Deeds } from './deeds'
import { keysOfPast } from './looking-keys'
import { barOf, timelineOf } from './looking-shown'
import { Panel } from './panel'
import type { Moment } from './past'
import { type Place, queryOf, type View } from './place'
import { Player, type Speed } from './playing'
import { Scene } from './scene'
import { type Line, samePlace } from './scrolling'
import type { Skeleton } from './skeleton'
import { type TimelineActs, timeline } from './timeline'
import { Tip } from './tip'
import { Walk } from './walk'

/** How long (ms) the handle rests before all else follows it. */
const REST = 150

/** Where two texts fit beside each other; as in history.css. */
const WIDE = '(min-width: 901px)'

/** How the past is left, and begun anew after it was rewritten. */
export type Exits = { leave: () => void; reopen: () => Promise<void> }

export class Looking implements TimelineActs, BarActs {
  readonly scene: Scene
  readonly walk: Walk
  readonly panel: Panel
  readonly deeds: Deeds
  readonly #player: Player
  readonly #listening = new AbortController()
  readonly #tip: Tip
  readonly #wide = matchMedia(WIDE)
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #moving = false
  #reveal = false

  constructor(
    readonly skeleton: Skeleton,
    book: Book,
    place: Place,
    readonly acting: Acting,
    readonly exits: Exits,
  ) {
    this.walk = new Walk(book, place, () => this.#wide.matches)
    this.scene = new Scene(skeleton.sheets, () => skeleton.below)
    this.deeds = new Deeds(this)
    this.#tip = new Tip(skeleton.sheets, this.#listening.signal)
    this.panel = new Panel(this)
    this.#player = new Player(
      () => this.book.past.columns,
      (seq) => this.#move(this.walk.to(seq)),
      () => this.redraw(),
    )
    this.#listen()
  }

  get book(): Book {
    return this.walk.book
  }

  /** Draws for the first time, at the line that was read in the text of now. */
  begin(live: Moment | null, line: Line | null): void {
    this.#draw()
    this.skeleton.timeline.querySelector('input')?.focus({ preventScroll: true })
    const { moment, sheet } = this.scene
    const pos = live && line && moment && samePlace(live, line.pos, moment)
    sheet?.scrollTo(line && { ...line, pos: pos ?? line.pos }, this.skeleton.below)
    if (this.walk.isCompared) this.change(1)
  }

  /** Ends it, and tells what was read: the line, and what was brought back, in the text of now. */
  end(): { moment: Moment | null; line: Line | null; found: number | null } {
    this.#player.stop()
    this.#listening.abort()
    clearTimeout(this.#rest)
    cancelAnimationFrame(this.#frame)
    const { moment, line } = this.scene
    this.scene.destroy()
    return { moment, line, found: this.deeds.found }
  }

  /** The book has grown, or is another one. */
  renew(book: Book = this.book): void {
    if (book !== this.book) this.panel.forget()
    this.walk.book = book
    this.redraw()
  }

  /** Shows what changed somewhere, and where it begins. */
  readonly goToChanges = (to: Partial<Place>): void => {
    this.#reveal = true
    this.goTo(to)
  }

  /** Shows another place; the address says it. */
  readonly goTo = (to: Partial<Place>): void => {
    this.#player.stop()
    this.#set(to)
    this.redraw()
  }

  go(seq: number): void
  go(place: Place): void
  go(to: number | Place): void {
    if (typeof to !== 'number') return this.goTo(to)
    this.#player.stop()
    this.#move(this.walk.to(to))
  }

  readonly step = (versions: number): void => this.goTo(this.walk.toVersion(versions))

  readonly goSince = (seq: number): void => {
    this.#player.stop()
    this.#move(this.walk.toSince(seq))
  }

  readonly stepSince = (versions: number): void => this.goTo(this.walk.toSinceVersion(versions))

  readonly play = (): void => {
    if (this.#player.playing) return this.#player.stop()
    const { seq, head } = this.walk
    this.#player.play(seq < head ? seq : 1)
    this.redraw()
  }

  readonly pace = (speed: Speed): void => {
    this.#player.speed = speed
    this.redraw()
  }

  readonly view = (view: View): void => {
    const panel = view === 'authors' ? ('shares' as const) : this.walk.place.panel
    this.goTo({ view, panel })
  }

  readonly change = (step: 1 | -1): void => {
    this.#drawWhatWaits()
    const { current } = this.scene
    this.scene.focusChange(current === null ? (step > 0 ? 0 : -1) : current + step)
  }

  readonly compareWithNow = (): void => {
    this.goTo({ from: this.walk.seq, at: null, view: 'compare' })
    this.change(1)
  }

  readonly back = (): void => this.exits.leave()
  readonly restore = (): void => this.deeds.restore()
  readonly putBackSelection = (): void => this.deeds.putBackSelection()
  readonly redact = (): void => void this.deeds.redact()

  /** Draws with the next frame. */
  redraw(): void {
    if (this.#frame || this.#listening.signal.aborted) return
    this.#frame = requestAnimationFrame(() => this.#draw())
  }

  #drawWhatWaits(): void {
    if (!this.#frame && !this.#moving) return
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
    this.#moving = false
    this.#draw()
  }

  /** A handle moves: only the text and the bars follow it at once. */
  #move(to: Partial<Place>): void {
    this.#moving = true
    this.#set(to)
    clearTimeout(this.#rest)
    this.redraw()
  }

  /** All that has waited for the handle to rest is drawn when it does, once this frame is. */
  #awaitRest(): void {
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => {
      this.#moving = false
      this.redraw()
    }, REST)
  }

  #set(to: Partial<Place>): void {
    const { walk } = this
    walk.place = { ...walk.place, ...to }
  }

  #draw(): void {
    this.#frame = 0
    const now = Date.now()
    this.scene.draw(this.walk, now, this.#moving)
    if (this.#reveal) this.scene.reveal()
    this.#reveal = false
    render(timeline(timelineOf(this.walk, this.#player, now), this), this.skeleton.timeline)
    render(bar(barOf(this.walk, this.scene, this.acting.possible, now), this), this.skeleton.bar)
    // The text stands below the bar.
    this.#tip.follow()
    if (this.#moving) return this.#awaitRest()
    render(this.panel.drawn(now), this.skeleton.panel)
    const query = queryOf(this.walk.place)
    if (query !== location.search) {
      history.replaceState(history.state, '', location.pathname + query)
    }
  }

  #listen(): void {
    const { signal } = this.#listening
    const { sheets } = this.skeleton
    const redraw = () => this.redraw()
    const reached = ({ target }: Event) => {
      this.scene.reached(target)
      this.redraw()
    }
    sheets.addEventListener('focusin', reached, { signal })
    this.#wide.addEventListener('change', redraw, { signal })
    document.addEventListener('selectionchange', redraw, { signal })
    this.scene.place.addEventListener('keydown', this.#select, { signal })
    keysOfPast(this, signal)
  }

  readonly #select = (event: KeyboardEvent): void => {
    const { sheet, selected, below } = this.scene
    if (!sheet) return
    const near = () => sheet.line(below())?.pos ?? 0
    const select = (anchor: number, head: number) => sheet.select(anchor, head)
    selectByKey(event, { doc: sheet.doc, selected, near, select })
  }
}
