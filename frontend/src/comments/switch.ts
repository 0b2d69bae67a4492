/**
 * The way to a document's comments: buttons that count the open threads, Alt+M, and the key that comments
 * on what is selected. What people say is read from the beginning, as its words are marked in the text;
 * the panel is loaded when somebody first opens it.
 */
import '../styles/comments-marks.css'
import type { Editor } from '@tiptap/core'
import { html } from 'lit-html'
import { Drawer, isAlt, isAsked } from '../beside/drawer'
import { written } from '../beside/field'
import type { Margin } from '../beside/margin'
import { words } from '../catalogue'
import type { Action } from '../editor/actions'
import { icons } from '../editor/icons'
import type { Session } from '../editor/session'
import { say } from '../status/saying'
import type { ConnectionState } from '../wire/connection'
import type { Frame } from '../wire/frames'
import type { Anchor } from './anchor'
import { callsOf } from './calls'
import { Discussion } from './discussion'
import { NEW } from './drafts'
import type { CommentsPanel, Text } from './panel'
import { Passages } from './passages'
import { isSaid } from './threads'

/** What is being written has no number: in the text it goes by this one. */
const UNSENT = 0

export class CommentsSwitch implements Text {
  readonly #discussion: Discussion
  readonly #drawer: Drawer<CommentsPanel>
  #listening = new AbortController()
  #editor: Editor | null = null
  #active: number | null = null
  #frame = 0
  passages: Passages | null = null
  isRead = false

  constructor(
    session: Session,
    readonly buttons: readonly HTMLElement[],
    margin: Margin,
  ) {
    this.#discussion = new Discussion({
      self: session.user,
      role: session.role,
      calls: callsOf(session.document),
      changed: () => this.#changed(),
      failed: say,
    })
    this.#drawer = new Drawer({
      id: 'comments-panel',
      buttons,
      margin,
      allowed: () => this.#discussion.allowed,
      load: () => this.#load(),
      failed: words.commentsFailed,
      turned: () => {
        this.isRead = false
        this.#mark()
      },
    })
    for (const button of buttons) button.addEventListener('click', this.#pressed)
    addEventListener('keydown', this.#key)
    this.#count()
  }

  /** How many comments would be lost with this page. */
  get unsaid(): number {
    return this.#discussion.drafts.size
  }

  get selected(): string | null {
    const { selection, doc } = this.#editor?.state ?? {}
    if (!selection || !doc || selection.empty) return null
    return doc.textBetween(selection.from, selection.to, ' ').trim() || null
  }

  /** The thread that one looks at, in the text or beside it. */
  get active(): number | null {
    return this.#active
  }

  set active(number: number | null) {
    this.#active = number
    this.#mark()
    this.#drawSoon()
  }

  /** The tool that comments on the selection, for those who may. */
  get tools(): Action[] {
    if (!this.#discussion.allowed) return []
    const can = () => this.selected !== null
    const { comment: label } = words
    const face = html`${icons.comment}<span class="tool-word">${label}</span>`
    return [{ id: 'comment', label, key: 'Mod-Alt-m', face, can, run: this.begin }]
  }

  hear(frame: Frame): void {
    this.#discussion.hear(frame)
  }

  /** The connection is another. */
  moved({ at }: ConnectionState): void {
    this.#discussion.moved(at)
  }

  /** Another editor shows the text, or none. */
  stands(editor: Editor | null): void {
    this.passages?.stop()
    this.#listening.abort()
    this.passages = null
    this.#editor = editor
    if (editor) this.#follow(editor)
    this.#drawSoon()
  }

  stop(): void {
    removeEventListener('keydown', this.#key)
    this.stands(null)
    this.#discussion.stop()
  }

  /** Begins a comment on what is selected, unless another was begun. */
  readonly begin = (): void => {
    const { drafts, allowed } = this.#discussion
    if (!allowed) return
    const begun = drafts.of(NEW)
    const anchor = this.passages?.selected() ?? null
    if (begun && written(begun.text)) {
      if (this.#drawer.isOpen) say(words.commentBegun)
    } else if (!anchor) return say(words.commentSelect)
    else drafts.begin(NEW, anchor)
    this.active = UNSENT
    if (this.#drawer.isOpen) this.#drawer.panel?.begun()
    else this.#drawer.toggle()
  }

  #follow(editor: Editor): void {
    this.#listening = new AbortController()
    const { signal } = this.#listening
    this.passages = new Passages(editor, {
      changed: () => this.#drawSoon(),
      picked: (numbers) => this.#picked(numbers),
      moved: (number, anchor) => this.#moved(number, anchor),
    })
    editor.on('selectionUpdate', this.#drawSoon)
    signal.addEventListener('abort', () => editor.off('selectionUpdate', this.#drawSoon))
    editor.view.dom.addEventListener('click', this.#clicked, { signal })
    this.#mark()
  }

  async #load(): Promise<CommentsPanel> {
    const { CommentsPanel } = await import('./panel')
    return new CommentsPanel(this.#discussion, this, this.#drawer.close)
  }

  #changed(): void {
    if (this.#drawer.isOpen && !this.#discussion.allowed) {
      this.#drawer.close()
      say(words.commentsEnded)
    }
    const thread = this.#discussion.threads.of(this.#active ?? UNSENT)
    if (thread?.settled && !this.#drawer.panel?.settledShown) this.#active = null
    this.#drawer.panel?.draw()
    this.#count()
    this.#mark()
  }

  /** Shows in the text what is commented on. */
  #mark(): void {
    const { threads, drafts, allowed } = this.#discussion
    const draft = drafts.of(NEW)
    const placed = threads.all.filter(isSaid).map((thread) => ({
      number: thread.number,
      anchor: this.#discussion.anchorOf(thread),
      settled: thread.settled !== null,
    }))
    if (draft?.anchor) placed.push({ number: UNSENT, anchor: draft.anchor, settled: false })
    this.passages?.show(allowed ? placed : [], this.#active)
  }

  #count(): void {
    const { threads, allowed } = this.#discussion
    const count = threads.open.length
    for (const button of this.buttons) {
      button.hidden = !allowed
      if (count > 0) button.dataset.count = String(count)
      else delete button.dataset.count
      if (count > 0) button.setAttribute('aria-label', words.commentsOpen(count))
      else button.removeAttribute('aria-label')
    }
  }

  /** The caret stands among the words of these threads. */
  #picked(numbers: readonly number[]): void {
    if (this.#active !== null && numbers.includes(this.#active)) return
    this.active = numbers[0] ?? null
    if (this.#drawer.isOpen) this.#drawer.panel?.show(this.#active)
  }

  #moved(number: number, anchor: Anchor): void {
    if (number === UNSENT) this.#discussion.drafts.change(NEW, { anchor })
    else this.#discussion.move(number, anchor)
  }

  readonly #drawSoon = (): void => {
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => {
      if (this.#drawer.isOpen) this.#drawer.panel?.draw()
    })
  }

  readonly #pressed = ({ target }: Event): void => {
    if (target instanceof Element) target.closest('details')?.removeAttribute('open')
    this.#drawer.toggle()
  }

  /** A click on commented words shows what is said; where the panel would cover the text, for readers. */
  readonly #clicked = ({ target }: Event): void => {
    const isMarked = target instanceof Element && target.closest('.comment') !== null
    const covers = this.#editor?.isEditable && matchMedia('(max-width: 720px)').matches
    // The editor hears of a selection a little later.
    const isSelecting = getSelection()?.isCollapsed === false
    if (!isMarked || covers || isSelecting || this.#drawer.isOpen) return
    this.isRead = true
    this.#drawer.toggle()
  }

  readonly #key = (event: KeyboardEvent): void => {
    if (!this.#discussion.allowed) return
    if (isAlt(event, 'KeyM', 'µ')) {
      event.preventDefault()
      this.#drawer.toggle()
    } else if (isComment(event) && !isAsked()) {
      event.preventDefault()
      this.begin()
    }
  }
}

/** Ctrl+Alt+M, or ⌘⌥M; where both keys together are AltGr they write a letter. */
const isComment = (event: KeyboardEvent): boolean =>
  event.code === 'KeyM' &&
  event.altKey &&
  (event.ctrlKey || event.metaKey) &&
  !event.shiftKey &&
  !event.getModifierState('AltGraph')
