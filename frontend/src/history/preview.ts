/** What an edit would do to the text, drawn as a comparison of now and what would be. */
import { ChangeSet, type TokenEncoder } from '@tiptap/pm/changeset'
import type { Transaction } from '@tiptap/pm/state'
import { words } from '../catalogue'
import type { Change, Mark } from './compare'
import { Sheet } from './rendering'
import type { People } from './rendering-words'
import { Tip } from './tip'

/** What is replaced is shown as it is: a letter that both have would only break the words up. */
const WHOLE: TokenEncoder<null> = {
  encodeCharacter: () => null,
  encodeNodeStart: () => null,
  encodeNodeEnd: () => null,
  compareTokens: () => false,
}

/** What would come and go, in the colour of `author`, with positions in what would be. */
function proposed({ before, doc, mapping }: Transaction, author: number): Change[] {
  const { changes } = ChangeSet.create(before, undefined, WHOLE).addSteps(doc, mapping.maps, null)
  return changes.flatMap(({ fromA, toA, fromB, toB }) => {
    const given = { by: author, at: 0, until: 0, authors: [], what: [], before: null }
    const marks: Mark[] = []
    if (toA > fromA) {
      const { content, openStart } = before.slice(fromA, toA)
      const node = openStart === 0 && content.firstChild?.isInline === false
      marks.push({ ...given, kind: 'deleted', from: fromB, to: fromB, node, gone: content })
    }
    if (toB > fromB) {
      marks.push({ ...given, kind: 'inserted', from: fromB, to: toB, node: false, gone: null })
    }
    return marks.map((mark) => ({ ...mark, marks: [mark] }))
  })
}

/** Draws it, and answers with what ends the drawing. */
export function showPreview(
  place: HTMLElement,
  transaction: Transaction,
  people: People,
  author: number,
): () => void {
  const article = document.createElement('article')
  article.className = 'prose'
  place.append(article)
  const sheet = new Sheet(article, people)
  const said = ({ kind }: Change) => (kind === 'deleted' ? words.wouldGo : words.wouldCome)
  sheet.showProposal(transaction.doc, proposed(transaction, author), said)
  const drawn = new AbortController()
  new Tip(article, drawn.signal)
  return () => {
    drawn.abort()
    sheet.destroy()
  }
}
