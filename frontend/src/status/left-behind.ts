/**
 * What this device keeps of a document that the server does not show any more: its rows are forgotten,
 * and what was typed and never saved is given back.
 */
import { titleOf } from '../editor/session'
import { Copy, type Entry, whereAllowed } from '../wire/copy'
import { wordsIn } from '../wire/rescue'
import { Tab } from '../wire/tabs'
import { UnsavedPanel } from './unsaved'

/** Shows in front of `before` what closed tabs of this person left unsent in the document. */
export function giveBack(user: number, document: string, before: HTMLElement): Promise<void> {
  return whereAllowed(undefined, async () => {
    const copy = await Copy.of(user, document)
    const { outbox } = await copy.read()
    await copy.discard()
    const left: Entry[] = []
    await new Tab(document).orphans(outbox, async (entries) => {
      left.push(...entries)
    })
    show(copy, left, before)
  })
}

function show(copy: Copy, left: readonly Entry[], before: HTMLElement): void {
  if (left.length === 0) return copy.close()
  const panel = new UnsavedPanel(
    before,
    () => titleOf(copy.document),
    () => {
      void copy.replace(left, [])
      panel.show(null)
    },
  )
  const text = wordsIn(left.map(({ update }) => update))
  panel.show({ count: left.length, kept: true, text, why: null })
}
