/**
 * What closed tabs of this person left unsent, told in the list of documents: who opens the document
 * has it saved, or, where that is not possible any more, gets back what they wrote.
 */
import { html, render } from 'lit-html'
import { words } from '../catalogue'
import { titleOf } from '../editor/session'
import { waiting, whereAllowed } from '../wire/copy'
import { closedNow } from '../wire/tabs'

type Left = { document: string; count: number }

/** Stands in front of `before`, and looks again whenever the page is seen again. */
export function tellWaiting(user: number, before: HTMLElement): void {
  const place = document.createElement('section')
  place.setAttribute('aria-label', words.waitingHere)
  before.before(place)
  const look = async () => {
    if (document.visibilityState === 'visible') show(await left(user), place)
  }
  document.addEventListener('visibilitychange', () => void look())
  void look()
}

/** An open tab sends its own. */
function left(user: number): Promise<Left[]> {
  return whereAllowed([], async () => {
    const entries = [...(await waiting(user))]
    const isClosed = await closedNow()
    const all = entries.map(([document, written]) => ({
      document,
      count: written.filter(({ tab }) => isClosed(document, tab)).length,
    }))
    return all.filter(({ count }) => count > 0)
  })
}

function show(all: readonly Left[], place: HTMLElement): void {
  place.hidden = all.length === 0
  render(
    all.map(
      ({ document: id, count }) => html`<div class="banner">
        <p dir="auto">${words.waiting(count, titleOf(id) || words.untitled)}</p>
        <a class="button" href="/documents/${id}/">${words.waitingOpen}</a>
      </div>`,
    ),
    place,
  )
}
