/** The chat's panel at the right of the text: draws it, keeps its place, and sends what is written. */
import '../styles/chat.css'
import { render } from 'lit-html'
import { placeOf, reveal } from '../beside/drawer'
import { isSending, written } from '../beside/field'
import { words } from '../catalogue'
import { mayGoOn } from '../status/asking'
import { say } from '../status/saying'
import { type Line, lines, rows } from './rows'
import type { Talk } from './talk'
import { type Seen, unread } from './unread'
import { type Acts, type Shown, view } from './view'

/** So near (px) to the end one is at it. */
const NEAR = 24

export class ChatPanel implements Acts {
  readonly #element: HTMLElement
  readonly #log: HTMLElement
  readonly #area: HTMLTextAreaElement
  /** The last message is in sight. */
  #atEnd = true
  #below = false
  /** The last message that was drawn, and the first one. */
  #drawn = 0
  #first: number | null = null
  #isHere = false
  /** The first message that one had not seen; undefined until that is known. */
  #fresh: number | null | undefined
  #toFresh = true

  constructor(
    readonly talk: Talk,
    readonly seen: Seen,
    readonly closed: () => void,
  ) {
    this.#element = placeOf('chat-panel', 'chat-title', closed)
    this.#render(Date.now(), true)
    this.#log = this.#element.querySelector('.chat-log') as HTMLElement
    this.#area = this.#element.querySelector('textarea') as HTMLTextAreaElement
    new ResizeObserver(() => this.#stay()).observe(this.#log)
    document.addEventListener('visibilitychange', this.#returned)
  }

  get isOpen(): boolean {
    return !this.#element.hidden
  }

  /** Words that were written and not sent; what nobody could see is none. */
  get draft(): string {
    return written(this.#area.value)
  }

  open(): void {
    reveal(this.#element, true)
    this.#fresh = undefined
    this.#toFresh = true
    this.#atEnd = true
    this.draw()
    // A keyboard on the screen would cover what one came to read.
    const isTouched = matchMedia('(pointer: coarse)').matches
    const first = isTouched ? this.#element.querySelector('h2') : this.#area
    first?.focus({ preventScroll: true })
  }

  /** Tells whether the focus was in it. */
  hide(): boolean {
    const hadFocus = reveal(this.#element, false)
    this.draw()
    return hadFocus
  }

  draw(): void {
    if (!this.isOpen) return this.#clear()
    const { transcript } = this.talk
    const log = this.#log
    const toEnd = log.scrollHeight - log.scrollTop
    // What is first said in an empty chat is no page that was turned.
    const isTurned = this.#first !== transcript.first && (this.#first !== null || !this.#isHere)
    this.#notice()
    this.#render(Date.now(), isTurned)
    if (this.#atEnd) this.#scrollToEnd()
    else if (isTurned) log.scrollTop = log.scrollHeight - toEnd
    this.#first = transcript.first
    this.#isHere = transcript.last !== null
    if (isTurned) requestAnimationFrame(() => this.draw())
    if (this.#toFresh && transcript.last !== null) this.#scrollToFresh()
    this.#see()
  }

  readonly close = (): void => this.closed()

  readonly key = (event: KeyboardEvent): void => {
    if (!isSending(event)) return
    event.preventDefault()
    this.send()
  }

  readonly send = (event?: Event): void => {
    event?.preventDefault()
    const text = this.draft
    if (text.length > this.talk.most) return this.#area.focus()
    if (!text) return
    this.#area.value = ''
    this.#fresh = null
    this.#atEnd = true
    this.talk.say(text)
    this.#area.focus()
  }

  readonly written = (): void => this.draw()

  readonly scrolled = (): void => {
    const log = this.#log
    this.#atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR
    if (!this.#atEnd || !this.#below) return this.#see()
    this.#below = false
    this.draw()
  }

  readonly toEnd = (): void => {
    this.#atEnd = true
    this.#below = false
    this.draw()
    this.#area.focus()
  }

  readonly earlier = (): void => {
    // What was read stays where it is, whatever comes before it.
    this.#atEnd = false
    void this.talk.earlier().then((came) => {
      if (!came) say(words.chatEarlierFailed)
      // The button that was pressed is gone when there is nothing before.
      else if (document.activeElement === document.body) this.#log.focus({ preventScroll: true })
    })
  }

  readonly retry = (): void => this.talk.retry()

  readonly again = ({ key }: Line): void => {
    this.talk.again(key)
    this.#area.focus()
  }

  readonly discard = ({ key, text }: Line): void => {
    this.talk.discard(key)
    // Whoever wrote it may want it otherwise.
    if (!this.draft) this.#area.value = text
    this.draw()
    this.#area.focus()
  }

  readonly remove = async ({ number }: Line): Promise<void> => {
    const { chatRemoveTitle: title, removeBody: body, keep: stay, remove: go } = words
    if (number === null || !(await mayGoOn({ title, body, stay, go }))) return
    this.talk.remove(number)
    this.#log.focus({ preventScroll: true })
  }

  #render(now: number, quiet: boolean): void {
    render(view(this.#shown(now, quiet), this), this.#element)
  }

  #shown(now: number, quiet: boolean): Shown {
    const { talk } = this
    const { transcript, outgoing, around } = talk
    return {
      state: talk.state,
      rows: this.isOpen ? rows(lines(transcript, outgoing, around.self), this.#fresh ?? null) : [],
      now,
      hasEarlier: transcript.hasEarlier,
      turning: talk.turning,
      below: this.#below,
      quiet,
      connection: talk.stopped ? 'stopped' : talk.connected ? 'here' : 'away',
      left: talk.most - (this.#area?.value.trim().length ?? 0),
      mayRemove: (line) => talk.mayRemove(line),
    }
  }

  /** Nobody's words stay in a page that does not show them: one may lose the right to read them. */
  #clear(): void {
    this.#render(Date.now(), true)
    this.#first = null
    this.#isHere = false
  }

  /** What came since it was drawn, and how far one had seen before. */
  #notice(): void {
    const { transcript, around } = this.talk
    if (transcript.last === null) return
    if (this.#fresh === undefined) {
      this.#fresh = unread(transcript, this.seen.number, around.self.id).first
    }
    const isNew = transcript.said.some(
      ({ number, by }) => number > this.#drawn && by?.id !== around.self.id,
    )
    if (isNew && !this.#atEnd) this.#below = true
    this.#drawn = transcript.last
  }

  /** All is seen that is in sight of somebody who looks. */
  #see(): void {
    const { last } = this.talk.transcript
    const looks = this.isOpen && document.visibilityState === 'visible'
    if (last !== null && this.#atEnd && looks && last > this.seen.number) this.seen.reach(last)
  }

  #scrollToEnd(): void {
    this.#log.scrollTop = this.#log.scrollHeight
  }

  /** The first that one had not seen comes into sight, with all after it as far as there is room. */
  #scrollToFresh(): void {
    this.#toFresh = false
    const fresh = this.#log.querySelector<HTMLElement>('.chat-fresh')
    if (!fresh) return
    const above = fresh.getBoundingClientRect().top - this.#log.getBoundingClientRect().top
    if (above >= 0) return
    this.#log.scrollTop += above
    this.scrolled()
  }

  /** The room for messages has another height. */
  #stay(): void {
    if (this.isOpen && this.#atEnd) this.#scrollToEnd()
  }

  readonly #returned = (): void => {
    if (!this.isOpen || document.visibilityState !== 'visible') return
    this.#fresh = undefined
    this.draw()
  }
}
