/** What somebody does from the past: to the live text, to the names of moments, to the log itself. */
import { Refused, Unreachable } from '../api'
import { words } from '../catalogue'
import { say } from '../status/saying'
import type { Done } from './acting'
import { confirmed } from './dialogs'
import { idsOf } from './erasing'
import type { Looking } from './looking'
import { showPreview } from './preview'
import { isWhole } from './restoring'
import type { Find } from './search'
import type { Sitting } from './sittings'
import { tell } from './telling'

export class Deeds {
  /** Where in the live text stands what was brought back; null when it is all of it. */
  found: number | null = null

  constructor(readonly looking: Looking) {}

  restore(): void {
    const { walk, book, acting } = this.looking
    const time = words.when(walk.when(walk.seq) ?? 0, Date.now())
    this.#did(acting.restore(book.past, walk.seq), words.restored(time), false)
  }

  putBackSelection(): void {
    const { scene, book, acting } = this.looking
    const { selected, moment } = scene
    if (!selected || !moment) return
    const { from, to } = selected
    this.#did(acting.restoreBlocks(book.past, moment.seq, from, to), words.putBackDone)
  }

  putBack(find: Find): void {
    const { book, acting } = this.looking
    this.#did(acting.putBack(book.past, find), words.putBackDone)
  }

  /** Shows what it would do first. */
  async takeBack({ first, last }: Sitting, author: number): Promise<void> {
    const { book, acting } = this.looking
    const turn = { author, first, last }
    const name = book.people.name(author)
    const preview = acting.preview(book.past, turn)
    if (!preview) return
    if (preview.doc.eq(preview.before)) {
      return say(isWhole(preview) ? words.nothingToDo : words.noneRestored)
    }
    const { people } = book
    const shown = await confirmed({
      title: words.takeBackTitle(name),
      hint: words.takeBackHint,
      act: words.takeBackDo,
      body: (place) => showPreview(place, preview, people, author),
    })
    if (shown) this.#did(acting.takeBack(book.past, turn), words.takenBack(name))
  }

  /** Takes the selected words out of the log, wherever they were ever said. */
  async redact(): Promise<void> {
    const { scene, book, exits } = this.looking
    const { selected, moment } = scene
    if (!selected || !moment) return
    const text = moment.doc.textBetween(selected.from, selected.to, ' ', ' ')
    const sure = await confirmed({
      title: words.redactTitle,
      hint: words.redactHint,
      act: words.redactDo,
      isGrave: true,
      body: (place) => quote(place, text),
    })
    if (!sure) return
    await this.ask(async () => {
      await book.redact(idsOf(moment, book.past.columns, selected.from, selected.to))
      await exits.reopen()
      say(words.redacted)
    })
  }

  /** Asks the server, and says what it did not do. */
  async ask(request: () => Promise<void>): Promise<void> {
    try {
      await request()
    } catch (error) {
      if (error instanceof Unreachable) return say(words.shareOffline)
      if (!(error instanceof Refused)) throw error
      say(error.message || words.shareFailed)
    }
  }

  /** Back to the live text, where it can be seen, with a way to undo it. */
  #did(done: Done | null, sentence: string, isPart = true): void {
    const { acting, exits } = this.looking
    if (done && done.at !== null) {
      this.found = isPart ? done.at : null
      exits.leave()
    }
    tell(acting, done, sentence)
  }
}

function quote(place: HTMLElement, text: string): undefined {
  const quoted = document.createElement('blockquote')
  quoted.dir = 'auto'
  quoted.textContent = text
  place.append(quoted)
}
