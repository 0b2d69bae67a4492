/** What somebody restyled in a text that another took away, unheard of. */
import * as Y from 'yjs'
import { keyOf, later, type Rows } from './copies'
import { schema } from './schema-of'
import { type Place, takenWith } from './standing'

type Styles = Record<string, unknown>

/** What of a text's styles its taker knew, and what its writer left of those and put there. */
type Views = { isKnown: (id: Y.ID) => boolean; isLeft: (id: Y.ID) => boolean }

/** The texts that are gone with styles, unseen by whoever took them away. */
export class Restyled {
  readonly #texts = new Map<Y.XmlText, Set<string>>()

  get isNone(): boolean {
    return this.#texts.size === 0
  }

  add({ id, parent }: Y.Item): void {
    const late = this.#texts.get(parent as Y.XmlText) ?? new Set()
    this.#texts.set(parent as Y.XmlText, late.add(keyOf(id)))
  }

  /** What says now what stood in them looks as whoever restyled it saw it. */
  mend(sides: readonly Rows[], standing: (id: Y.ID) => Place | null): void {
    for (const [text, late] of this.#texts) {
      for (const [id, length, styles] of [...restyledIn(text, viewsOf(text, late, sides))]) {
        for (let by = 0; by < length; by++) {
          const place = standing(later(id, by))
          if (place) style(place, styles)
        }
      }
    }
  }
}

function viewsOf(text: Y.XmlText, late: ReadonlySet<string>, sides: readonly Rows[]): Views {
  const isTaken = (by: Rows) => takenWith({ parent: text }).some((one) => by.deleted(one))
  const takers = sides.filter(isTaken)
  const writers = sides.filter((one) => !isTaken(one))
  const isKnown = (id: Y.ID) => takers.some((one) => one.deleted(id))
  const isLeft = (id: Y.ID) =>
    late.has(keyOf(id)) || (isKnown(id) && !writers.some((one) => one.deleted(id)))
  return { isKnown, isLeft }
}

/** The ids that the writer saw otherwise than the taker, and how. */
function* restyledIn(
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

/** Puts styles on a letter that it may have where it is. */
function style({ text, index }: Place, styles: Styles): void {
  const { nodeName } = text.parent as Y.XmlElement
  const isAllowed = ([name]: [string, unknown]) => {
    const mark = schema.marks[name]
    return mark && schema.nodes[nodeName]?.allowsMarkType(mark)
  }
  text.format(index, 1, Object.fromEntries(Object.entries(styles).filter(isAllowed)))
}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
