/** What stands beside the text: versions, search, authors, each on a tab. */
import { html, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import { say } from '../status/saying'
import { Blame, type Quoted } from './blame'
import type { Audience, Book, Bookmark } from './book'
import type { Stretch } from './columns'
import { type Contribution, contributions } from './contributions'
import type { Looking } from './looking'
import type { Moment } from './past'
import { PANELS, type Panel as Tab } from './place'
import { type Find, search } from './search'
import { searchPanel } from './search-panel'
import { shares } from './shares'
import type { Sitting } from './sittings'
import { PAGE, type VersionsActs, versions } from './versions'
import { EVERYTHING, type Filter } from './versions-filter'

export class Panel implements VersionsActs {
  #filter: Filter = EVERYTHING
  #most = PAGE
  #renaming: number | null = null
  #phrase = ''
  #finds: readonly Find[] | null = null
  #blame: Blame | null = null
  /** On a narrow screen it stands open only when asked to. */
  #isOpen = false

  constructor(readonly looking: Looking) {}

  /** What was found is of another book. */
  forget(): void {
    this.#finds = null
  }

  drawn(now: number): TemplateResult {
    const { panel } = this.looking.walk.place
    return html`
      <div class="past-tabs">
        <div role="tablist" aria-label=${words.history} @keydown=${this.#key}>
          ${PANELS.map((tab) => this.#tab(tab, tab === panel))}
        </div>
        <button class="button quiet past-fold" type="button" aria-expanded=${this.#isOpen} aria-controls="past-tabpanel" @click=${this.#fold}>
          ${this.#isOpen ? words.close : words.openPanel}
        </button>
      </div>
      <div id="past-tabpanel" class="past-tabpanel" role="tabpanel" aria-labelledby="past-tab-${panel}" ?data-open=${this.#isOpen}>
        ${this.#shown(panel, now)}
      </div>
    `
  }

  #tab(tab: Tab, isOn: boolean): TemplateResult {
    return html`<button id="past-tab-${tab}" class="past-tab" type="button" role="tab" aria-selected=${isOn} aria-controls="past-tabpanel" tabindex=${isOn ? 0 : -1} @click=${() => this.#turnTo(tab)}>${words.panels[tab]}</button>`
  }

  #turnTo(tab: Tab): void {
    this.#isOpen = true
    this.looking.goTo({ panel: tab })
  }

  readonly #fold = (): void => {
    this.#isOpen = !this.#isOpen
    this.looking.redraw()
  }

  readonly #key = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = PANELS.indexOf(this.looking.walk.place.panel) + step + PANELS.length
    const tab = PANELS[at % PANELS.length] ?? PANELS[0]
    this.#turnTo(tab)
    document.getElementById(`past-tab-${tab}`)?.focus()
  }

  #shown(panel: Tab, now: number): TemplateResult {
    if (panel === 'search') return this.#search(now)
    return panel === 'shares' ? this.#shares(now) : this.#versions(now)
  }

  #versions(now: number): TemplateResult {
    const { walk, book, acting } = this.looking
    const { bookmarks, redactions, people, audience, may_write, may_own } = book.summary
    return versions(
      {
        now,
        sittings: book.sittings,
        people: book.people,
        persons: people,
        bookmarks,
        redactions,
        audience: may_own ? audience : null,
        filter: this.#filter,
        most: this.#most,
        renaming: this.#renaming,
        at: walk.seq,
        from: walk.isCompared ? walk.since : null,
        mayWrite: may_write,
        mayTakeBack: acting.possible && book.traced === null,
      },
      this,
    )
  }

  #search(now: number): TemplateResult {
    const { book, acting, deeds } = this.looking
    const shown = { phrase: this.#phrase, finds: this.#finds, people: book.people, now }
    return searchPanel(
      { ...shown, mayWrite: acting.possible },
      {
        search: (phrase) => {
          this.#phrase = phrase.trim()
          this.#finds = this.#phrase ? search(book.past, this.#phrase) : null
          this.looking.redraw()
        },
        showFind: ({ died, ids }) => this.#showWords(died ? died.seq - 1 : null, ids),
        showBirth: ({ seq }) => this.show(seq),
        putBack: (find) => deeds.putBack(find),
      },
    )
  }

  #shares(now: number): TemplateResult {
    const { scene, book } = this.looking
    const { moment, selected } = scene
    const blame = moment && this.#blameOf(moment)
    const all: readonly Contribution[] = blame ? contributions(blame) : []
    const some: readonly Quoted[] =
      blame && selected ? blame.quoted(selected.from, selected.to) : []
    return shares({ contributions: all, selected: some, people: book.people, now })
  }

  #blameOf(moment: Moment): Blame {
    const { scene, book } = this.looking
    const { columns } = book.past
    if (scene.blame) return scene.blame
    if (this.#blame?.moment !== moment) this.#blame = new Blame(moment, columns)
    return this.#blame
  }

  #showWords(at: number | null, ids: readonly Stretch[]): void {
    this.#isOpen = false
    this.looking.goTo({ at, from: null, view: 'text' })
    this.looking.scene.selectNext(ids)
  }

  readonly choose = (sitting: Sitting): void => {
    this.looking.goToChanges(this.looking.walk.toSitting(sitting))
  }

  readonly show = (seq: number): void => this.looking.goTo({ at: seq, from: null, view: 'text' })

  readonly filter = (filter: Filter): void => {
    this.#filter = filter
    this.#most = PAGE
    this.looking.redraw()
  }

  readonly more = (): void => {
    this.#most += PAGE
    this.looking.redraw()
  }

  readonly compareWith = (seq: number): void => {
    this.looking.goToChanges({ from: seq, at: null, view: 'compare' })
  }

  readonly takeBack = (sitting: Sitting, author: number): void => {
    void this.looking.deeds.takeBack(sitting, author)
  }

  readonly bookmark = (seq: number, name: string): void =>
    this.#told((book) => book.name(seq, name))

  readonly rename = (bookmark: number | null): void => {
    this.#renaming = bookmark
    this.looking.redraw()
  }

  readonly change = (bookmark: Bookmark, to: { name?: string; locked?: boolean }): void =>
    this.#told((book) => book.change(bookmark.id, to))

  readonly forgetBookmark = ({ id, seq, name }: Bookmark): void =>
    this.#told(async (book) => {
      await book.forget(id)
      say(words.bookmarkRemoved(name), { label: words.undo, run: () => this.bookmark(seq, name) })
      // Its button goes away with it.
      document.getElementById('bookmark-name')?.focus()
    })

  readonly showTo = (audience: Audience): void => this.#told((book) => book.show(audience))

  #told(request: (book: Book) => Promise<void>): void {
    const { looking } = this
    void looking.deeds.ask(async () => {
      await request(looking.book)
      await looking.book.grow()
      looking.renew()
    })
  }
}
