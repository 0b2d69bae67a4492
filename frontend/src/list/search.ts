/**
 * Searching while one types: at once in what the rows show, after a pause also in the texts, which the
 * server has. Enter asks the server for the page instead, which knows the same and works without this.
 */
import { ask, Refused, Unreachable } from '../api'
import { words } from '../catalogue'

const PAUSE = 250

type Range = [start: number, end: number]
export type Snippet = { text: string; ranges: Range[] }
type Found = { id: string; snippet: Snippet | null }

/** What the server said about what is in the field: still asked, found, or not to be had. */
type Answer = 'asked' | 'away' | Map<string, Snippet | null>

export class Search {
  #answer: Answer = 'asked'
  #timer = 0
  readonly #none = document.getElementById('none')
  readonly #count = document.getElementById('found')

  constructor(
    readonly field: HTMLInputElement,
    readonly list: HTMLElement,
    /** Draws all documents, where the page came with those only that an older search found. */
    readonly widen: () => void,
  ) {
    field.addEventListener('input', () => this.#typed())
  }

  /** Hides the rows that do not match; called again when rows were drawn anew. */
  apply(): void {
    // What the page came with matches: the server chose it.
    if (this.field.value === this.field.defaultValue) return this.#showAll()
    const parts = this.field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean)
    let shown = 0
    for (const row of this.#rows) {
      const found = this.#found(row)
      row.hidden = found === undefined && !parts.every((part) => said(row).includes(part))
      if (!row.hidden) shown++
      showSnippet(row, found ?? null)
    }
    this.#tell(shown)
  }

  get #rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>('.entry')]
  }

  #found(row: HTMLElement): Snippet | null | undefined {
    return this.#answer instanceof Map ? this.#answer.get(row.dataset.document ?? '') : undefined
  }

  #typed(): void {
    clearTimeout(this.#timer)
    this.#answer = 'asked'
    if (this.field.defaultValue !== '') {
      this.field.defaultValue = ''
      this.widen()
    }
    if (this.field.value.trim() !== '') {
      this.#timer = window.setTimeout(() => void this.#ask(this.field.value), PAUSE)
    }
    this.apply()
  }

  async #ask(typed: string): Promise<void> {
    let answer: Answer
    try {
      const found = await ask<Found[]>('GET', `/documents?q=${encodeURIComponent(typed)}`)
      answer = new Map(found.map(({ id, snippet }) => [id, snippet]))
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
      answer = 'away'
    }
    if (typed !== this.field.value) return
    this.#answer = answer
    this.apply()
  }

  #showAll(): void {
    for (const row of this.#rows) {
      row.hidden = false
      if (this.field.value === '') showSnippet(row, null)
    }
    if (this.#none) this.#none.hidden = true
    if (this.#count) this.#count.textContent = ''
  }

  /** Says that nothing was found, and to those who do not see the list how much was. */
  #tell(shown: number): void {
    const known = this.#answer !== 'asked'
    if (this.#none) {
      this.#none.hidden = shown > 0 || !known || this.#rows.length === 0
      this.#none.textContent = this.#answer === 'away' ? words.noneInTitles : words.noneInTexts
    }
    if (this.#count && known) this.#count.textContent = shown > 0 ? words.documentsFound(shown) : ''
  }
}

function said(row: HTMLElement): string {
  const parts = row.querySelectorAll('.entry-title, .entry-excerpt')
  return [...parts].map((part) => part.textContent?.toLocaleLowerCase() ?? '').join(' ')
}

/** Shows why a row was found, in place of how its text begins; null takes that back. */
function showSnippet(row: HTMLElement, snippet: Snippet | null): void {
  row.querySelector('.entry-snippet')?.remove()
  if (snippet === null) return
  const place = document.createElement('p')
  place.className = 'entry-snippet'
  place.dir = 'auto'
  let end = 0
  for (const [from, to] of snippet.ranges) {
    const mark = document.createElement('mark')
    mark.textContent = snippet.text.slice(from, to)
    place.append(snippet.text.slice(end, from), mark)
    end = to
  }
  place.append(snippet.text.slice(end))
  row.querySelector('.entry-excerpt')?.after(place)
}
