/**
 * What an edit writes again: y-tiptap deletes and writes anew the text that is split, joined or toggled.
 *
 * Knows what one Yjs transaction deleted and inserted, and what was typed; nothing of the document.
 */
import type { Transaction as Change } from '@tiptap/pm/state'
import { ReplaceAroundStep, ReplaceStep } from '@tiptap/pm/transform'
import * as Y from 'yjs'
import type { Carry, Stretch } from './carries'

/** Text of one Yjs text on end, and its ids. */
type Passage = { parent: unknown; text: string; ids: Stretch[] }

/** The text that the steps of an editor's change bring along: typed, pasted, or taken elsewhere. */
export function typedIn(changes: readonly Change[]): string {
  const steps = changes.flatMap((change) => change.steps)
  return steps
    .map((step) => {
      if (!(step instanceof ReplaceStep || step instanceof ReplaceAroundStep)) return ''
      const { content } = step.slice
      return content.textBetween(0, content.size)
    })
    .join('')
}

/** What a transaction of this browser carries, but for what was typed. */
export function rewritten(transaction: Y.Transaction, typed: string): Carry[] {
  if (transaction.deleteSet.clients.size === 0) return []
  const fresh = passagesOf(inserted(transaction), true)
  if (fresh.length === 0) return []
  const gone = passagesOf(deleted(transaction), false)
  const carries: Carry[] = []
  for (const passage of fresh) {
    for (const part of carriedParts(passage.text, typed, gone)) {
      carries.push(...sourced(passage, part, gone))
    }
  }
  return carries
}

function inserted({ doc, beforeState }: Y.Transaction): Set<Y.Item> {
  const since = beforeState.get(doc.clientID) ?? 0
  const structs = doc.store.clients.get(doc.clientID) ?? []
  const found = new Set<Y.Item>()
  for (const struct of structs.slice(structs.findLastIndex(({ id }) => id.clock < since) + 1)) {
    if (struct instanceof Y.Item && isText(struct) && !struct.deleted) found.add(struct)
  }
  return found
}

function deleted(transaction: Y.Transaction): Set<Y.Item> {
  const { beforeState, deleteSet } = transaction
  const found = new Set<Y.Item>()
  Y.iterateDeletedStructs(transaction, deleteSet, (struct) => {
    const { client, clock } = struct.id
    const isOld = clock < (beforeState.get(client) ?? 0)
    if (struct instanceof Y.Item && isText(struct) && isOld) found.add(struct)
  })
  return found
}

const isText = ({ content }: Y.Item): boolean => content instanceof Y.ContentString

/** Some items by the texts that they are in; what stands between them parts them, if so wanted. */
function passagesOf(items: ReadonlySet<Y.Item>, parted: boolean): Passage[] {
  const passages: Passage[] = []
  const parents = new Set([...items].map(({ parent }) => parent as Y.XmlText))
  for (const parent of parents) {
    let last: Passage | null = null
    for (let item = parent._start; item; item = item.right) {
      if (items.has(item)) {
        if (!last) {
          last = { parent, text: '', ids: [] }
          passages.push(last)
        }
        last.text += (item.content as Y.ContentString).str
        last.ids.push({ ...item.id, length: item.length })
      } else if (parted && !item.deleted && item.countable) last = null
    }
  }
  return passages
}

/** A part of a text that may be carried, and how many letters of it are no chance. */
type Part = { from: number; to: number; least: number }

/** What of a text was not typed. */
function carriedParts(text: string, typed: string, gone: readonly Passage[]): Part[] {
  const all = { from: 0, to: text.length, least: typed === '' ? 1 : LEAST }
  if (typed === '') return [all]
  if (typed.includes(text)) return []
  for (let at = text.indexOf(typed); at >= 0; at = text.indexOf(typed, at + 1)) {
    const parts = [
      { from: 0, to: at, least: 1 },
      { from: at + typed.length, to: text.length, least: 1 },
    ]
    if (parts.every((part) => isKnown(text, part, gone))) return parts
  }
  return [all]
}

/** Letters that are equal by chance are no piece, where it is not known what was typed. */
const LEAST = 2

/** Whether all of a part was said before, in whatever pieces. */
function isKnown(text: string, { from, to }: Part, gone: readonly Passage[]): boolean {
  let at = from
  for (let end = at; at < to; at = end) {
    end = reach(text, at, to, gone)
    if (end === at) return false
  }
  return true
}

/** Where a part of a passage was said before: as a whole, or else in pieces, from its beginning. */
function sourced(passage: Passage, { from, to, least }: Part, gone: readonly Passage[]): Carry[] {
  const carries: Carry[] = []
  for (let start = from; start < to; ) {
    const end = reach(passage.text, start, to, gone)
    const source = end - start >= least ? placeOf(passage.text.slice(start, end), gone) : null
    if (source) carries.push(...paired(passage, start, end, source))
    start = source ? end : start + 1
  }
  return carries
}

/** How far a text goes on as another did. */
function reach(text: string, start: number, to: number, gone: readonly Passage[]): number {
  const isSaid = (end: number) => gone.some((one) => one.text.includes(text.slice(start, end)))
  if (isSaid(to)) return to
  let [low, high] = [start, to]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (isSaid(middle)) low = middle
    else high = middle
  }
  return low
}

type Source = { passage: Passage; at: number }

/** A whole passage before its end, its end before its beginning, and that before its middle. */
function placeOf(text: string, gone: readonly Passage[]): Source | null {
  const tests: ((one: string) => number)[] = [
    (one) => (one === text ? 0 : -1),
    (one) => (one.endsWith(text) ? one.length - text.length : -1),
    (one) => (one.startsWith(text) ? 0 : -1),
    (one) => one.indexOf(text),
  ]
  for (const test of tests) {
    for (const passage of gone) {
      const at = test(passage.text)
      if (at >= 0) return { passage, at }
    }
  }
  return null
}

function paired(
  passage: Passage,
  from: number,
  to: number,
  { passage: gone, at }: Source,
): Carry[] {
  const own = within(passage, from, to)
  const sources = within(gone, at, at + to - from)
  const carries: Carry[] = []
  while (own[0] && sources[0]) {
    const length = Math.min(own[0].length, sources[0].length)
    carries.push({ clock: own[0].clock, source: { ...sources[0], length } })
    for (const side of [own, sources]) {
      const [first] = side
      if (!first) continue
      first.clock += length
      first.length -= length
      if (first.length === 0) side.shift()
    }
  }
  return carries
}

/** The ids of a part of a passage. */
function within({ ids }: Passage, from: number, to: number): Stretch[] {
  const found: Stretch[] = []
  let at = 0
  for (const { client, clock, length } of ids) {
    const [low, high] = [Math.max(from, at), Math.min(to, at + length)]
    if (low < high) found.push({ client, clock: clock + low - at, length: high - low })
    at += length
  }
  return found
}
