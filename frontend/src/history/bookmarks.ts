/** The names that people gave to moments: to go there, to name one, and to rename, lock or remove. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import type { Bookmark } from './book'

export type BookmarksShown = {
  bookmarks: readonly Bookmark[]
  at: number
  now: number
  mayWrite: boolean
  /** The bookmark whose name is being changed. */
  renaming: number | null
}

export interface BookmarksActs {
  show(seq: number): void
  bookmark(seq: number, name: string): void
  rename(bookmark: number | null): void
  change(bookmark: Bookmark, to: { name?: string; locked?: boolean }): void
  forgetBookmark(bookmark: Bookmark): void
}

export function bookmarks(shown: BookmarksShown, acts: BookmarksActs): TemplateResult {
  const { bookmarks: all, mayWrite, at } = shown
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const name = String(new FormData(form).get('name')).trim()
    if (name) acts.bookmark(at, name)
    form.reset()
  }
  return html`
    ${
      all.length > 0
        ? html`<section aria-label=${words.bookmarks}>
          <h2>${words.bookmarks}</h2>
          <ul class="bookmarks">
            ${all.map((one) => bookmark(one, shown, acts))}
          </ul>
        </section>`
        : nothing
    }
    ${
      mayWrite
        ? html`<form class="bookmark-add" @submit=${add}>
          <label class="visually-hidden" for="bookmark-name">${words.bookmarkName}</label>
          <input id="bookmark-name" type="text" name="name" maxlength="200" autocomplete="off" placeholder=${words.bookmarkName} />
          <button class="button">${words.bookmarkAdd}</button>
        </form>`
        : nothing
    }
  `
}

function bookmark(one: Bookmark, shown: BookmarksShown, acts: BookmarksActs): TemplateResult {
  const { mayWrite, renaming, now } = shown
  if (renaming === one.id) return renamed(one, acts)
  return html`<li class="bookmark-one">
    <button class="bookmark-show" type="button" aria-pressed=${shown.at === one.seq} @click=${() => acts.show(one.seq)}>
      <span dir="auto">${one.name}</span>
      <span class="past-soft">${words.when(one.at, now)}${one.locked ? ` · ${words.locked}` : nothing}</span>
    </button>
    ${
      mayWrite
        ? html`<span class="bookmark-acts">
          <button class="button quiet" type="button" @click=${() => acts.change(one, { locked: !one.locked })}>${one.locked ? words.unlock : words.lock}</button>
          <button class="button quiet" type="button" ?disabled=${one.locked} @click=${() => acts.rename(one.id)}>${words.rename}</button>
          <button class="button quiet" type="button" ?disabled=${one.locked} @click=${() => acts.forgetBookmark(one)}>${words.remove}</button>
        </span>`
        : nothing
    }
  </li>`
}

function renamed(one: Bookmark, acts: BookmarksActs): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const name = String(new FormData(event.target as HTMLFormElement).get('name')).trim()
    if (name && name !== one.name) acts.change(one, { name })
    acts.rename(null)
  }
  return html`<li class="bookmark-one">
    <form class="bookmark-add" @submit=${submit}>
      <label class="visually-hidden" for="bookmark-rename">${words.bookmarkName}</label>
      <input id="bookmark-rename" type="text" name="name" maxlength="200" autocomplete="off" .value=${one.name} />
      <button class="button">${words.rename}</button>
      <button class="button quiet" type="button" @click=${() => acts.rename(null)}>${words.cancel}</button>
    </form>
  </li>`
}
