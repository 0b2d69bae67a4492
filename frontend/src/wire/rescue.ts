/**
 * The words in updates that no server took, read without the document that they belong to: that is
 * not this person's any more. What was typed in one place stays together; where the place itself is
 * not known, it stands alone. Pure: bytes to text.
 */
import * as Y from 'yjs'
import { grouped, joined, like, parsed, type Range, type Struct } from './structs'

/** What these updates write and leave standing, a line a block. Empty: they write no words. */
export function wordsIn(updates: readonly Uint8Array[]): string {
  const all = updates.map(parsed)
  const alone = new Alone(disjoint(all.flatMap(({ structs }) => structs)))
  const deleted = all.flatMap((one) => one.deleted)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, joined({ structs: alone.structs, deleted }))
  const lines = [...alone.places.share.keys()].flatMap((place) => linesOf(doc.get(place)))
  return lines.filter((line) => line.trim() !== '').join('\n')
}

/** Each id once, those of a client in the order of their clocks; of two that begin at one, the longer. */
function disjoint(all: readonly Struct[]): Struct[] {
  const known = all.filter((struct) => !(struct instanceof Y.Skip))
  return [...grouped(known, ({ id }) => id.client).values()].flatMap((own) => {
    let reached = 0
    return own
      .sort((one, other) => one.id.clock - other.id.clock || other.length - one.length)
      .flatMap((struct) => {
        const { clock } = struct.id
        const end = clock + struct.length
        if (end <= reached) return []
        const fresh = clock < reached ? behind(struct, reached - clock) : struct
        reached = end
        return [fresh]
      })
  })
}

/** What of a struct follows its first so many ids. */
function behind(struct: Struct, offset: number): Struct {
  const { client, clock } = struct.id
  const id = Y.createID(client, clock + offset)
  if (!(struct instanceof Y.Item)) return new Y.GC(id, struct.length - offset)
  const content = struct.content.copy().splice(offset)
  return like(struct, { id, origin: Y.createID(client, clock + offset - 1), content })
}

/** Structs that need nobody else's: each reference out of them is cut, and gaps are filled. */
class Alone {
  readonly structs: Struct[] = []
  /** Holds a root type for each place that is not known, in the order of their first words. */
  readonly places = new Y.Doc()
  readonly #own: Range[] = []

  constructor(structs: readonly Struct[]) {
    for (const struct of structs) if (isText(struct)) this.#claim(struct)
    const reached = new Map<number, number>()
    for (const struct of structs) {
      const { client, clock } = struct.id
      const gap = clock - (reached.get(client) ?? 0)
      if (gap > 0) this.structs.push(new Y.GC(Y.createID(client, clock - gap), gap))
      this.structs.push(this.#cut(struct))
      reached.set(client, clock + struct.length)
    }
  }

  #claim({ id: { client, clock }, length }: Struct): void {
    const last = this.#own.at(-1)
    if (last?.client === client && last.clock + last.len === clock) last.len += length
    else this.#own.push({ client, clock, len: length })
  }

  #cut(struct: Struct): Struct {
    if (!isText(struct)) return new Y.GC(struct.id, struct.length)
    const origin = this.#known(struct.origin)
    const rightOrigin = this.#known(struct.rightOrigin)
    const inside = struct.parent instanceof Y.ID && this.#known(struct.parent) !== null
    if (origin || rightOrigin || inside) return like(struct, { origin, rightOrigin })
    return like(struct, { origin, rightOrigin, parent: this.#place(struct) })
  }

  #place({ origin, rightOrigin, parent }: Y.Item): Y.XmlFragment {
    const places = Object.entries({ in: parent, after: origin, before: rightOrigin })
    const [where, near] = places.find(([, one]) => one !== null) ?? []
    const name = near instanceof Y.ID ? `${near.client}:${near.clock}` : near
    return this.places.getXmlFragment(`${where} ${name}`)
  }

  #known(id: Y.ID | null): Y.ID | null {
    return this.#own.some((range) => holds(range, id)) ? id : null
  }
}

/** An attribute is no text, and what was emptied is none any more. */
const isText = (struct: Struct): struct is Y.Item =>
  struct instanceof Y.Item && struct.parentSub === null

const holds = ({ client, clock, len }: Range, id: Y.ID | null): boolean =>
  id !== null && id.client === client && id.clock >= clock && id.clock < clock + len

function linesOf(type: Pick<Y.XmlFragment, '_start'>): string[] {
  const lines = ['']
  const write = (words: string) => lines.push((lines.pop() ?? '') + words)
  for (let item = type._start; item; item = item.right) {
    if (item.deleted) continue
    const { content } = item
    if (content instanceof Y.ContentString) write(content.str)
    if (!(content instanceof Y.ContentType)) continue
    const inner = linesOf(content.type)
    if (content.type instanceof Y.XmlText) write(inner.join('\n'))
    else lines.push(...inner, '')
  }
  return lines
}
