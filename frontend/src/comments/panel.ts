/** The comments' panel at the right of the text: draws it, and does what is pressed in it. */
import '../styles/comments.css'
import { render } from 'lit-html'
import { placeOf, reveal } from '../beside/drawer'
import { isSending, written } from '../beside/field'
import { words } from '../catalogue'
import { mayGoOn } from '../status/asking'
import { say } from '../status/saying'
import type { Discussion } from './discussion'
import { type Draft, NEW } from './drafts'
import type { Passages } from './passages'
import { rows } from './rows'
import { type Comment, identityOf, type Thread } from './threads'
import { type Acts, type Shown, view } from './view'

/** Where the panel covers the text; as in beside.css. */
const NARROW = '(max-width: 720px)'

/** The text as the panel knows it: what is selected there, and which thread is looked at. */
export type Text = {
  readonly passages: Passages | null
  readonly selected: string | null
  active: number | null
  /** Somebody reads or writes in it: the focus stays there. */
  readonly isRead: boolean
  /** Begins a comment on what is selected. */
  begin: () => void
}

export class CommentsPanel implements Acts {
  readonly #element: HTMLElement
  readonly #unfolded = new Set<number>()
  /** The settled threads are shown, too. */
  settledShown = false
  #heard = ''
  /** When others said something last; null until it was drawn. */
  #last: number | null = null

  constructor(
    readonly discussion: Discussion,
    readonly text: Text,
    readonly close: () => void,
  ) {
    this.#element = placeOf('comments-panel', 'comments-title', close)
    this.#render()
  }

  get isOpen(): boolean {
    return !this.#element.hidden
  }

  open(): void {
    reveal(this.#element, true)
    this.draw()
    const { active, isRead } = this.text
    this.show(active)
    if (isRead) return
    this.#focus('#comment-new', `#thread-${active}`, '#comments-title')
  }

  hide(): boolean {
    const hadFocus = reveal(this.#element, false)
    this.discussion.drafts.sweep()
    this.draw()
    return hadFocus
  }

  draw(): void {
    if (this.isOpen) this.#listen()
    else this.#last = null
    const focused = document.activeElement
    this.#render()
    // A card that goes elsewhere takes the field along in which one writes.
    const isLost = document.activeElement !== focused && this.#element.contains(focused)
    if (isLost) (focused as HTMLElement).focus({ preventScroll: true })
  }

  /** Brings a thread into sight. */
  show(number: number | null): void {
    const { threads } = this.discussion
    const thread = number === null ? undefined : threads.of(number)
    if (!thread) return
    if (thread.settled) this.settledShown = true
    this.draw()
    this.#element.querySelector(`#thread-${number}`)?.scrollIntoView({ block: 'nearest' })
  }

  /** A comment was begun: one writes it. */
  begun(): void {
    this.draw()
    this.#focus('#comment-new')
  }

  write({ of }: Draft, text: string): void {
    this.discussion.drafts.change(of, { text })
    this.draw()
  }

  readonly retry = (): void => this.discussion.retry()

  readonly begin = (): void => this.text.begin()

  readonly toggleSettled = (): void => {
    this.settledShown = !this.settledShown
    this.draw()
  }

  unfold(thread: Thread): void {
    this.#unfolded.add(thread.number)
    this.draw()
    this.#focusOn(thread)
  }

  choose({ number }: Thread): void {
    if (this.text.active !== number) this.text.active = number
  }

  reveal({ number }: Thread): void {
    this.text.active = number
    if (matchMedia(NARROW).matches) this.close()
    this.text.passages?.reveal(number)
  }

  answer(thread: Thread): void {
    this.discussion.drafts.begin(identityOf(thread))
    this.draw()
    this.#focus(`#answer-${thread.number}`)
  }

  async settle(thread: Thread, settled: boolean): Promise<void> {
    const at = this.#cards.indexOf(this.#card(thread))
    if (!(await this.discussion.settle(thread, settled))) return
    const undo = () => void this.discussion.settle(thread, !settled)
    say(settled ? words.settled : words.reopened, { label: words.undo, run: undo })
    if (!this.isOpen || document.activeElement !== document.body) return
    const near = this.#cards[Math.min(at, this.#cards.length - 1)]
    this.#focus(`#${near?.id}`, '#comments-title')
  }

  async remove(thread: Thread, comment: Comment): Promise<void> {
    const { commentRemoveTitle: title, removeBody: body, keep: stay, remove: go } = words
    if (!(await mayGoOn({ title, body, stay, go }))) return
    if (await this.discussion.remove(thread, comment)) this.#focusOn(thread)
  }

  key(event: KeyboardEvent, draft: Draft): void {
    if (isSending(event)) void this.send(draft, event)
  }

  async send(draft: Draft, event?: Event): Promise<void> {
    event?.preventDefault()
    const thread = await this.discussion.send(draft)
    if (!thread) return
    if (draft.of === NEW) this.text.active = thread.number
    if (!this.isOpen) return
    this.show(thread.number)
    if (document.activeElement === document.body) this.#focusOn(thread)
  }

  cancel(draft: Draft): void {
    const { drafts, threads } = this.discussion
    const again = () => {
      drafts.begin(draft.of, draft.anchor)
      drafts.change(draft.of, { text: draft.text })
      this.draw()
    }
    drafts.discard(draft.of)
    if (written(draft.text)) say(words.commentDiscarded, { label: words.undo, run: again })
    if (draft.of === NEW) this.text.active = null
    this.draw()
    const thread = threads.all.find((thread) => identityOf(thread) === draft.of)
    if (thread) this.#focusOn(thread)
    else this.#focus('#comments-title')
  }

  #render(): void {
    render(view(this.#shown(), this), this.#element)
  }

  #shown(): Shown {
    const { discussion, text, isOpen } = this
    const { threads, drafts, most, state } = discussion
    const { passages, active } = text
    const draftOf = (thread: Thread) => drafts.of(identityOf(thread))
    const look = {
      standing: (number: number) => passages?.of(number),
      isAnswered: (thread: Thread) => draftOf(thread) !== undefined,
      unfolded: this.settledShown,
    }
    return {
      state,
      // Nobody's words stay in a page that does not show them: one may lose the right to read them.
      rows: isOpen ? rows(threads.all, look) : [],
      now: Date.now(),
      active,
      unfolded: this.#unfolded,
      settledShown: this.settledShown,
      most,
      draft: isOpen ? drafts.of(NEW) : undefined,
      selected: isOpen ? text.selected : null,
      heard: isOpen ? this.#heard : '',
      draftOf,
      wordsOf: (number, quote) => passages?.words(number) ?? quote,
      mayRemove: (comment) => discussion.mayRemove(comment),
    }
  }

  /** Tells who said something while one looks on. */
  #listen(): void {
    const { threads, around } = this.discussion
    if (threads.revision === null) return
    const all = threads.all.flatMap(({ comments }) => comments)
    const others = all.filter(({ by, removed }) => !removed && by?.id !== around.self.id)
    const last = others.toSorted((one, other) => one.at - other.at).at(-1)
    const isNew = this.#last !== null && last !== undefined && last.at > this.#last
    if (isNew) this.#heard = words.commentedBy(last.by?.name ?? words.formerMember)
    this.#last = last?.at ?? 0
  }

  get #cards(): Element[] {
    return [...this.#element.querySelectorAll('.thread')]
  }

  #card({ number }: Thread): Element {
    return this.#element.querySelector(`#thread-${number}`) ?? this.#element
  }

  /** Gives the focus to what one does next with a thread. */
  #focusOn({ number }: Thread): void {
    this.#focus(`#thread-${number} .thread-acts button`, '#comments-title')
  }

  /** Gives the focus to the first of these that is there. */
  #focus(...selectors: string[]): void {
    const found = selectors.map((one) => this.#element.querySelector<HTMLElement>(one))
    found.find((place) => place !== null)?.focus({ preventScroll: true })
  }
}
