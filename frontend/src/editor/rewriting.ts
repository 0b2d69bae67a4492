/**
 * What an edit writes again: y-tiptap deletes and writes anew the text that is split, joined or toggled.
 *
 * No text is compared, but for what is moved, or cut and pasted.
 */
import * as Y from 'yjs'
import { declare, lettersWritten, unknown } from './carries'
import type { Change } from './changes'
import { type Lost, Page, type Said } from './page'
import type { Typing } from './typing'

/** Knows again what was cut last. */
export class Rewriting {
  #cut: Lost = { letters: '', ids: [] }

  /** Declares what a transaction carries in which a change was written; `typing`: it is no more. */
  declare(
    transaction: Y.Transaction,
    root: Y.XmlFragment,
    change: Change,
    typing: Typing | null,
  ): void {
    const events = change.made.map((made) => made.getMeta('uiEvent') as unknown)
    const [isCut, isPasted] = [events.includes('cut'), events.includes('paste')]
    // y-tiptap makes one text of two side by side, whatever was typed there.
    const isPlain = typing && lettersWritten(transaction) === typing.text.length
    if (isPlain && !isCut && !isPasted) return declare(transaction)
    const page = new Page(transaction, root, change)
    if (!page.isWhole) return declare(transaction, unknown(transaction))
    if (!isPlain) page.tellApart()
    if (isCut) this.#cut = page.removed
    declare(transaction, page.rewritten(), page.put(this.#brought(page, isPasted)))
  }

  /** What was moved, or cut before, and does not stand again. */
  #brought({ added, removed, change, store }: Page, pasted: boolean): Said {
    const isAgain = (id: Y.ID | null) => id && (Y.getItem(store, id) as Y.Item).redone
    const sources: Lost[] = []
    const steps = change.made.flatMap((made) => made.steps)
    // In one step it is typed over what was selected.
    if (steps.length > 1 || !change.over) sources.push(removed)
    if (pasted && !this.#cut.ids.some(isAgain)) sources.push(this.#cut)
    const source = sources.find(({ letters }) => letters !== '' && letters === added.letters)
    const found = new Map<number, Y.ID>()
    for (const [i, id] of source?.ids.entries() ?? []) {
      const pos = added.positions[i]
      if (pos !== undefined && id) found.set(pos, id)
    }
    if (pasted && source === this.#cut) this.#cut = { letters: '', ids: [] }
    return found
  }
}
