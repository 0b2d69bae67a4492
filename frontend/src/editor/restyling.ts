/** What somebody restyled in a text that another took away, unheard of. */
import * as Y from 'yjs'

export type Styles = Record<string, unknown>

/** What of a text's styles its taker knew, and what its writer left of those and put there. */
export type Views = { isKnown: (id: Y.ID) => boolean; isLeft: (id: Y.ID) => boolean }

/** The ids that the writer saw otherwise than the taker, and how. */
export function* restyledIn(
  text: Y.XmlText,
  { isKnown, isLeft }: Views,
): Generator<[id: Y.ID, length: number, styles: Styles]> {
  const [known, left] = [new Map<string, unknown>(), new Map<string, unknown>()]
  for (let item = text._start; item; item = item.right) {
    const { id, length, content } = item
    if (content instanceof Y.ContentFormat) {
      if (isKnown(id)) known.set(content.key, content.value)
      if (isLeft(id)) left.set(content.key, content.value)
      continue
    }
    const keys = [...new Set([...known.keys(), ...left.keys()])]
    const changed = keys.filter((key) => !isSame(known.get(key), left.get(key)))
    if (changed.length === 0) continue
    yield [id, length, Object.fromEntries(changed.map((key) => [key, left.get(key) ?? null]))]
  }
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
