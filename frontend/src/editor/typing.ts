/**
 * Writes what is typed or deleted in one text at its very place.
 *
 * y-tiptap compares texts: of two equal letters side by side it would take one for the other, and
 * with it whose it is.
 */
import { ReplaceStep } from '@tiptap/pm/transform'
import * as Y from 'yjs'
import type { Change } from './changes'
import { Places, textOf } from './letters'

/** Text that took the place of other text, within one: typed, deleted, or typed over it. */
export type Typing = { from: number; gone: string; text: string; behind: string }

/** What was typed; null for all that may change more than the text of one block. */
export function typingOf({ before, made }: Change): Typing | null {
  const steps = made.flatMap((one) => one.steps)
  const [step] = steps
  if (steps.length !== 1 || !(step instanceof ReplaceStep)) return null
  const { from, to, slice } = step
  const gone = before.textBetween(from, to)
  const text = slice.content.textBetween(0, slice.content.size)
  const [start, end] = [before.resolve(from), before.resolve(to)]
  const isText = gone.length === to - from && text.length === slice.size
  if (!isText || !start.sameParent(end)) return null
  return { from, gone, text, behind: end.nodeAfter?.text ?? '' }
}

/**
 * Writes it where y-tiptap would not find the place, and gives back the text in which it did: what the
 * binding believes to stand there does so no more. All else about it (marks too) y-tiptap then writes.
 */
export function writeExactly(
  root: Y.XmlFragment,
  typing: Typing,
  { before }: Change,
): Y.XmlText | null {
  if (!isAmbiguous(typing)) return null
  const { from, gone, text, behind } = typing
  const found = textOf(root, new Places(before).at(from))
  // A text of XML would write its marks as tags.
  const standing = found ? Y.Text.prototype.toString.call(found.text) : ''
  if (!found || !standing.startsWith(gone + behind, found.index)) return null
  if (gone) found.text.delete(found.index, gone.length)
  if (text) found.text.insert(found.index, text)
  return found.text
}

/** Whether other letters than these may seem to have gone or come. */
function isAmbiguous({ gone, text, behind }: Typing): boolean {
  const [was, is] = [gone + behind, text + behind]
  if (was === '' || is === '') return false
  return was[0] === is[0] || (gone !== '' && text !== '' && gone.at(-1) === text.at(-1))
}
