/**
 * Tells, above the text, what others did since somebody's last visit, and that much was deleted at
 * once, then or while the page is open; and tells the server up to where the text was seen, when
 * nothing is left to be told.
 */
import '../styles/history.css'
import { html, nothing, render, type TemplateResult } from 'lit-html'
import { ask, Refused, send, Unreachable } from '../api'
import { words } from '../catalogue'
import type { Desk } from './acting'
import { type Alarm, columnsOf, type Summary, summaryOf } from './book'
import { firstUnseen, type News, newsIn } from './news'
import { NOW, type Place } from './place'
import { People } from './rendering-words'
import { Shrinking } from './shrinking'

const LEAVING = ['pagehide', 'visibilitychange']
/** So long (ms) after much has vanished the server is asked about it: by then it has it. */
const ASK = 1_500

export type Surroundings = {
  document: string
  /** Who reads. */
  user: number
  desk: Desk
  /** Up to which row of the log the page shows everything. */
  cursor: () => number
  /** Goes to a place in the past. */
  enter: (place: Place) => void
}

export class Since {
  readonly #place = document.createElement('div')
  #summary: Summary | null = null
  #news: News | null = null
  #alarm: Alarm | null = null
  #told = 0
  readonly #shrinking = new Shrinking()
  #asking: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly around: Surroundings,
    before: HTMLElement,
  ) {
    this.#place.id = 'notices'
    this.#place.setAttribute('aria-live', 'polite')
    before.before(this.#place)
  }

  /** Asks what is new. Where the server does not tell, nothing is said. */
  async begin(): Promise<void> {
    try {
      await this.#read()
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
      return
    }
    this.#draw()
    for (const name of LEAVING) addEventListener(name, this.#leaving)
    // Not up to the cursor: of what vanished since the server was asked it has yet to tell.
    if (!this.#news && !this.#alarm) await this.#visited(this.#summary?.head)
  }

  /** The text may have changed: where much of it is gone, the server is asked what became of it. */
  changed(): void {
    const size = this.around.desk.editor?.state.doc.content.size
    if (size === undefined || !this.#shrinking.lost(size, Date.now())) return
    clearTimeout(this.#asking)
    this.#asking = setTimeout(() => void this.#askAboutLoss(), ASK)
  }

  async #askAboutLoss(): Promise<void> {
    try {
      const summary = await summaryOf(this.around.document)
      this.#summary = { ...summary, seen: this.#summary?.seen ?? summary.seen }
      this.#alarm = summary.alarm ?? this.#alarm
    } catch (error) {
      if (error instanceof Refused || error instanceof Unreachable) return
      throw error
    } finally {
      this.#asking = undefined
    }
    this.#shrinking.forget()
    this.#draw()
  }

  /** Tells nobody anything more. */
  end(): void {
    clearTimeout(this.#asking)
    for (const name of LEAVING) removeEventListener(name, this.#leaving)
  }

  async #read(): Promise<void> {
    const { document: id, user } = this.around
    const summary = await summaryOf(id)
    this.#summary = summary
    this.#told = summary.seen ?? 0
    this.#alarm = summary.alarm ?? null
    const first = firstUnseen(summary)
    if (first === null) return
    this.#news = newsIn(await columnsOf(id, summary, first, summary.head), user)
  }

  /** All that the page shows was seen, unless something is still to be told. */
  readonly #leaving = (): void => {
    const isUntold = this.#news || this.#alarm || this.#asking !== undefined
    if (document.visibilityState === 'visible' || isUntold) return
    const seq = this.around.cursor()
    if (seq <= this.#told) return
    this.#told = seq
    send('PUT', this.#path, { seq })
  }

  get #path(): string {
    return `/documents/${this.around.document}/history/visit`
  }

  async #visited(seq = Math.max(this.#summary?.head ?? 0, this.around.cursor())): Promise<void> {
    if (seq <= this.#told) return
    this.#told = seq
    try {
      await ask('PUT', this.#path, { seq })
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error
    }
  }

  #draw(): void {
    const people = new People(this.#summary?.people ?? [])
    render(
      html`${this.#alarm ? this.#alarmed(this.#alarm, people) : nothing}
      ${this.#news ? this.#newest(this.#news, people) : nothing}`,
      this.#place,
    )
  }

  #newest({ changes, authors }: News, people: People): TemplateResult {
    const all = authors.map((author) => people.name(author))
    return html`<div class="banner notice">
      <p>${words.sinceVisit(changes, all)}</p>
      <button class="button" type="button" @click=${this.#stepThrough}>${words.sinceLook}</button>
      <button class="button quiet" type="button" @click=${this.#dismiss}>${words.dismiss}</button>
    </div>`
  }

  #alarmed(alarm: Alarm, people: People): TemplateResult {
    const possible = this.around.desk.editor?.isEditable ?? false
    return html`<div class="banner notice" role="alert">
      <p>${words.alarmed(people.name(alarm.by), words.when(alarm.at, Date.now()))}</p>
      ${possible ? html`<button class="button" type="button" @click=${() => this.#bringBack(alarm)}>${words.bringBack}</button>` : nothing}
      <button class="button quiet" type="button" @click=${() => this.#answered(alarm)}>${words.leaveSo}</button>
    </div>`
  }

  readonly #stepThrough = (): void => {
    const from = this.#summary?.seen ?? null
    this.#dismiss()
    this.around.enter({ ...NOW, from, view: 'compare' })
  }

  readonly #dismiss = (): void => {
    this.#news = null
    this.#draw()
    if (!this.#alarm) void this.#visited()
  }

  async #bringBack(alarm: Alarm): Promise<void> {
    const { bringBack } = await import('./alarm')
    const { document: id, desk } = this.around
    if (await bringBack(id, desk, alarm)) this.#answered(alarm)
  }

  #answered({ seq }: Alarm): void {
    this.#alarm = null
    this.#draw()
    void this.#visited(this.#news ? seq : undefined)
  }
}
