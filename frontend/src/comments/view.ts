/** How the panel of the comments looks: a pure drawing of what it knows. */
import { html, type TemplateResult } from 'lit-html'
import { repeat } from 'lit-html/directives/repeat.js'
import { words } from '../catalogue'
import { card } from './card'
import type { Draft } from './drafts'
import { form } from './form'
import type { Row } from './rows'
import type { Comment, Thread } from './threads'

export type Shown = {
  state: 'loading' | 'failed' | 'here'
  rows: readonly Row[]
  now: number
  active: number | null
  /** All comments of these threads are shown. */
  unfolded: ReadonlySet<number>
  settledShown: boolean
  /** The most characters of a comment. */
  most: number
  /** What is written about words that have no thread yet. */
  draft: Draft | undefined
  /** What is selected in the text. */
  selected: string | null
  /** What was said last while one looked on. */
  heard: string
  draftOf: (thread: Thread) => Draft | undefined
  /** What stands where a thread's words are, or what they were. */
  wordsOf: (number: number, quote: string | null) => string | null
  mayRemove: (comment: Comment) => boolean
}

export interface Acts {
  close(): void
  retry(): void
  begin(): void
  toggleSettled(): void
  unfold(thread: Thread): void
  choose(thread: Thread): void
  reveal(thread: Thread): void
  answer(thread: Thread): void
  settle(thread: Thread, settled: boolean): void
  remove(thread: Thread, comment: Comment): void
  write(draft: Draft, text: string): void
  key(event: KeyboardEvent, draft: Draft): void
  send(draft: Draft, event?: Event): void
  cancel(draft: Draft): void
}

export function view(shown: Shown, acts: Acts): TemplateResult {
  return html`
    <header class="beside-head">
      <h2 id="comments-title" tabindex="-1">${words.comments}</h2>
      <button class="button quiet" type="button" @click=${acts.close}>${words.close}</button>
    </header>
    <div class="threads">
      ${shown.state === 'here' ? threads(shown, acts) : waiting(shown, acts)}
    </div>
    <footer class="comments-foot">
      ${shown.draft ? composer(shown.draft, shown, acts) : beginning(shown, acts)}
    </footer>
    <p class="visually-hidden" role="status">${shown.heard}</p>
  `
}

function waiting({ state }: Shown, acts: Acts): TemplateResult {
  if (state === 'loading') return html`<p class="beside-note">${words.commentsLoading}</p>`
  return html`<p class="beside-note">${words.commentsFailed}
    <button class="button" type="button" @click=${acts.retry}>${words.again}</button></p>`
}

function threads(shown: Shown, acts: Acts): TemplateResult {
  if (shown.rows.length === 0) {
    return html`<p class="beside-note"><strong>${words.commentsEmpty}</strong> ${words.commentsEmptyHint}</p>`
  }
  return html`${repeat(
    shown.rows,
    ({ id }) => id,
    (row) => (row.kind === 'thread' ? card(row, shown, acts) : disclosure(row.count, shown, acts)),
  )}`
}

const disclosure = (count: number, { settledShown }: Shown, acts: Acts): TemplateResult =>
  html`<button class="threads-settled" type="button" aria-expanded=${settledShown} @click=${acts.toggleSettled}>${words.settledOnes(count)}</button>`

/** What is selected can be commented on; the press takes nothing from the selection. */
function beginning({ selected }: Shown, acts: Acts): TemplateResult {
  const keep = (event: Event) => event.preventDefault()
  return html`
    <button class="button" type="button" aria-disabled=${selected === null} aria-describedby="comments-hint" @mousedown=${keep} @click=${acts.begin}>${words.comment}</button>
    <p id="comments-hint" dir="auto">${selected === null ? words.commentSelect : words.commentOn(selected)}</p>`
}

function composer(draft: Draft, shown: Shown, acts: Acts): TemplateResult {
  const about = shown.wordsOf(0, draft.anchor?.quote ?? null)
  return html`
    <p class="thread-words" dir="auto"><span>${about}</span></p>
    ${form(draft, { id: 'comment-new', label: words.commentText, shown, acts })}`
}
