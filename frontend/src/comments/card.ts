/** How one thread looks: the words it is about, what people say of them, and what one may do. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { guard } from 'lit-html/directives/guard.js'
import { repeat } from 'lit-html/directives/repeat.js'
import { nameOf, speaker, spoken } from '../beside/spoken'
import { words } from '../catalogue'
import { hueOf } from '../presence/people'
import type { Draft } from './drafts'
import { form } from './form'
import type { Row } from './rows'
import type { Comment, Thread } from './threads'
import type { Acts, Shown } from './view'

/** Of so many comments the middle ones are folded away. */
const MANY = 4
/** How many of the last ones are shown then. */
const LAST = 2

type ThreadRow = Extract<Row, { kind: 'thread' }>

/** Drawn again only where it looks otherwise: somebody types, and there may be hundreds. */
export function card(row: ThreadRow, shown: Shown, acts: Acts): unknown {
  const { thread, isGone } = row
  const { number, quote, comments } = thread
  const about = shown.wordsOf(number, quote)
  const draft = shown.draftOf(thread)
  const looks = [shown.active === number, shown.unfolded.has(number), shown.most]
  const removable = comments.map(shown.mayRemove).join()
  const today = new Date(shown.now).toDateString()
  return guard([thread, isGone, about, draft, ...looks, removable, today], () =>
    whole({ row, about, draft }, shown, acts),
  )
}

type Card = { row: ThreadRow; about: string | null; draft: Draft | undefined }

function whole({ row, about, draft }: Card, shown: Shown, acts: Acts): TemplateResult {
  const { thread, isGone } = row
  const { number, settled } = thread
  const choose = () => acts.choose(thread)
  return html`<article class="thread" id="thread-${number}" tabindex="-1" aria-current=${shown.active === number ? 'true' : nothing} aria-label=${about ? words.commentOn(about) : words.comment} @click=${choose} @focusin=${choose}>
    ${isGone ? gone(about) : subject(thread, about, acts)}
    ${remarks(thread, shown, acts)}
    ${settled ? html`<p class="thread-note">${words.settledBy(nameOf(settled.by), words.when(settled.at, shown.now))}</p>` : nothing}
    ${
      draft
        ? form(draft, { id: `answer-${number}`, label: words.answerText, shown, acts })
        : actions(thread, acts)
    }
  </article>`
}

const subject = (thread: Thread, about: string | null, acts: Acts): TemplateResult =>
  html`<button class="thread-words" type="button" dir="auto" title=${words.commentGoTo} @click=${() => acts.reveal(thread)}><span>${about}</span></button>`

const gone = (about: string | null): TemplateResult =>
  html`${about ? html`<p class="thread-words gone" dir="auto"><span>${about}</span></p>` : nothing}
    <p class="thread-note">${words.commentGone}</p>`

function remarks(thread: Thread, shown: Shown, acts: Acts): TemplateResult {
  const { comments, number } = thread
  const isFolded = comments.length > MANY && !shown.unfolded.has(number)
  const between = isFolded ? comments.length - 1 - LAST : 0
  const list = (some: readonly Comment[]) =>
    repeat(
      some,
      ({ number }) => number,
      (comment) => remark(thread, comment, shown, acts),
    )
  return html`${list(comments.slice(0, 1))}
    ${isFolded ? html`<button class="thread-more" type="button" @click=${() => acts.unfold(thread)}>${words.answersBetween(between)}</button>` : nothing}
    ${list(comments.slice(1 + between))}`
}

function remark(thread: Thread, comment: Comment, shown: Shown, acts: Acts): TemplateResult {
  const { by, at, text, removed } = comment
  const remove = () => acts.remove(thread, comment)
  return html`<section class="remark" data-hue=${by ? hueOf(by.hue) : nothing}>
    ${speaker(by, at, words.when(at, shown.now))}
    ${removed ? html`<p class="remark-gone">${words.commentRemoved}</p>` : html`<p class="spoken" dir="auto">${spoken(text)}</p>`}
    ${shown.mayRemove(comment) ? html`<button class="remark-remove" type="button" aria-label=${words.removeOf(text)} @click=${remove}>${words.remove}</button>` : nothing}
  </section>`
}

const actions = (thread: Thread, acts: Acts): TemplateResult => html`<div class="thread-acts">
  <button class="button quiet" type="button" @click=${() => acts.answer(thread)}>${words.answer}</button>
  <button class="button quiet" type="button" @click=${() => acts.settle(thread, !thread.settled)}>${thread.settled ? words.reopen : words.settle}</button>
</div>`
