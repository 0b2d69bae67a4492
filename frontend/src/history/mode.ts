/**
 * The past of a document in the place of its text: opens the book, lets it grow while others write,
 * and gives the text back at the line that was read and with the focus where it was.
 */
import '../styles/history.css'
import { Selection } from '@tiptap/pm/state'
import { Refused, Unreachable } from '../api'
import { words } from '../catalogue'
import { FRAGMENT } from '../editor/foreign'
import { schema } from '../editor/schema-of'
import { element } from '../element'
import { say } from '../status/saying'
import { Acting, type Desk } from './acting'
import { Book } from './book'
import { Looking } from './looking'
import { type Moment, present } from './past'
import type { Place } from './place'
import { firstLine, type Line, samePlace, scrollToLine } from './scrolling'
import { Skeleton } from './skeleton'

/** How long (ms) changes gather before the log is asked for them. */
const GATHER = 700
/** How often (ms) one looks how far it is found who first wrote what. */
const TRACING = 3_000

export class Mode {
  readonly #skeleton: Skeleton
  readonly #came = document.activeElement
  readonly #line: Line | null
  #looking: Looking | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #reopening: Promise<void> | null = null
  #closed = false

  constructor(
    readonly document: string,
    readonly desk: Desk,
    readonly leave: () => void,
  ) {
    const { editor } = desk
    this.#line = editor && firstLine(editor.view, barsOfText())
    this.#skeleton = new Skeleton(element('page'))
  }

  /** Loads the history and shows a place in it. Goes back to the text when that fails. */
  async open(place: Place): Promise<void> {
    const book = await this.#load(() => Book.open(this.document))
    if (!book || this.#closed) return
    this.#skeleton.cover()
    const acting = new Acting(this.desk)
    this.#looking = new Looking(this.#skeleton, book, place, acting, {
      leave: this.leave,
      reopen: () => this.#reopen(),
    })
    this.#looking.begin(this.#present(), this.#line)
    this.#awaitTracing()
  }

  /** The address says another place. */
  go(place: Place): void {
    this.#looking?.go(place)
  }

  /** The live document may have changed. */
  changed(after = GATHER): void {
    this.#timer ??= setTimeout(async () => {
      this.#timer = undefined
      await this.#grow()
      this.#awaitTracing()
    }, after)
  }

  /** Who first wrote what is being found: the book learns of it by and by. */
  #awaitTracing(): void {
    if (!this.#closed && this.#looking && this.#looking.book.traced !== null) this.changed(TRACING)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    const { moment, line, found } = this.#looking?.end() ?? {
      moment: null,
      line: this.#line,
      found: null,
    }
    this.#skeleton.remove()
    const { editor } = this.desk
    if (editor) this.#scroll(moment, line)
    else scrollTo({ top: 0 })
    if (editor && found !== null) {
      const { state, view } = editor
      const near = Selection.near(state.doc.resolve(found))
      view.dispatch(state.tr.setSelection(near).scrollIntoView())
      view.focus()
    } else this.#refocus()
  }

  #scroll(moment: Moment | null, line: Line | null): void {
    const { editor } = this.desk
    const live = this.#present()
    if (!editor || !live) return
    const pos = moment && line && samePlace(moment, line.pos, live)
    const there = line && { ...line, pos: pos ?? line.pos }
    scrollToLine(editor.view, there, barsOfText())
  }

  #refocus(): void {
    const came = this.#came instanceof HTMLElement && this.#came.isConnected ? this.#came : null
    const back = came && came !== document.body ? came : element('history')
    back?.focus({ preventScroll: true })
  }

  /** The text of now, with what nobody has told of yet. */
  #present(): Moment | null {
    const { editor, doc } = this.desk
    return editor && present(schema, doc.getXmlFragment(FRAGMENT))
  }

  async #grow(): Promise<void> {
    const looking = this.#looking
    if (!looking || this.#reopening) return
    const { book } = looking
    const grown = await this.#load(() => book.grow(), true)
    if (looking.book !== book || this.#reopening) return
    if (grown) looking.renew()
    if (grown !== false) return
    await this.#reopen()
    say(words.historyRewritten)
  }

  #reopen(): Promise<void> {
    this.#reopening ??= this.#openAnew().finally(() => {
      this.#reopening = null
    })
    return this.#reopening
  }

  async #openAnew(): Promise<void> {
    const book = await this.#load(() => Book.open(this.document))
    if (book && !this.#closed) this.#looking?.renew(book)
  }

  /** `later`: who cannot reach the server now goes on with what is here. */
  async #load<T>(from: () => Promise<T>, later = false): Promise<T | null> {
    try {
      return await from()
    } catch (error) {
      if (error instanceof Unreachable && later) return null
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
      if (!this.#closed) {
        this.leave()
        say(error.message || words.historyFailed)
      }
      return null
    }
  }
}

/** The height of the bars above the text. */
function barsOfText(): number {
  const bars = [document.querySelector('header.bar'), document.getElementById('toolbar')]
  return Math.max(...bars.map((bar) => bar?.getBoundingClientRect().bottom ?? 0))
}
