/**
 * Own updates that cannot go out as they are: too large for one frame, refused by the server, or
 * written under a client id that turned out to be somebody else's. Pure: bytes to bytes.
 */
import * as Y from 'yjs'
import { inOrder, joined, like, parsed, type Range, type Struct } from './structs'

/** Per range of deletions: two var-ints of at most five bytes. */
const RANGE_BYTES = 10

/**
 * Cuts an update into pieces of at most `limit` bytes that give the same document when they are
 * applied in order: none refers to what only a later one brings.
 * One struct that cannot be cut (a giant attribute) makes a piece that is larger than `limit`.
 */
export function inPieces(update: Uint8Array, limit: number): Uint8Array[] {
  if (update.length <= limit) return [update]
  const { structs, deleted } = parsed(update)
  const pieces: Uint8Array[] = []
  let piece: Struct[] = []
  let size = 0
  for (const struct of inOrder(structs).flatMap((whole) => cut(whole, Math.floor(limit / 4)))) {
    const bytes = joined({ structs: [struct], deleted: [] }).length
    if (piece.length > 0 && size + bytes > limit) {
      pieces.push(joined({ structs: piece, deleted: [] }))
      piece = []
      size = 0
    }
    piece.push(struct)
    size += bytes
  }
  if (piece.length > 0) pieces.push(joined({ structs: piece, deleted: [] }))
  return [...pieces, ...deletions(deleted, Math.floor(limit / RANGE_BYTES / 2))]
}

function deletions(deleted: Range[], most: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < deleted.length; at += most) {
    pieces.push(joined({ structs: [], deleted: deleted.slice(at, at + most) }))
  }
  return pieces
}

/** A long text as several items, as Yjs would split it; never between two halves of a character. */
function cut(struct: Struct, longest: number): Struct[] {
  const { client, clock } = struct.id
  if (!(struct instanceof Y.Item && struct.content instanceof Y.ContentString)) return [struct]
  const text = struct.content.str
  const parts: Y.Item[] = []
  for (let at = 0; at < text.length; ) {
    const end = at + longest
    const broken = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 && end < text.length
    const part = text.slice(at, broken ? end - 1 : end)
    const origin = at === 0 ? struct.origin : Y.createID(client, clock + at - 1)
    const content = new Y.ContentString(part)
    parts.push(like(struct, { id: Y.createID(client, clock + at), origin, content }))
    at += part.length
  }
  return parts
}

/**
 * The updates with those in `refused` emptied: their structs stay, as deleted ones, for what was typed
 * later stands beside them. What was put inside a refused part goes with it.
 */
export function withoutContent(
  updates: readonly Uint8Array[],
  refused: ReadonlySet<Uint8Array>,
): Uint8Array[] {
  const gone = new Gone()
  return updates.map((update) => {
    const { structs, deleted } = parsed(update)
    const empty = refused.has(update)
    const kept = structs.map((struct) => gone.without(struct, empty))
    return kept.some((struct, i) => struct !== structs[i]) || empty
      ? joined({ structs: kept, deleted: empty ? [] : deleted })
      : update
  })
}

class Gone {
  /** Ids of types that are no more, and of structs that were inside them. */
  readonly #types = new Set<string>()
  readonly #inside: Range[] = []

  without(struct: Struct, empty: boolean): Struct {
    if (!(struct instanceof Y.Item)) return struct
    const { id, length, content } = struct
    const lost = this.#isInside(struct)
    if (!lost && !empty) return struct
    if (content instanceof Y.ContentType) this.#types.add(keyOf(id))
    if (!lost) return like(struct, { content: new Y.ContentDeleted(length) })
    this.#inside.push({ client: id.client, clock: id.clock, len: length })
    return new Y.GC(id, length)
  }

  #isInside({ parent, origin, rightOrigin }: Y.Item): boolean {
    if (parent instanceof Y.ID && this.#types.has(keyOf(parent))) return true
    return [origin, rightOrigin].some((id) => id && this.#inside.some((range) => holds(range, id)))
  }
}

const keyOf = ({ client, clock }: Y.ID): string => `${client}:${clock}`

const holds = ({ client, clock, len }: Range, id: Y.ID): boolean =>
  id.client === client && id.clock >= clock && id.clock < clock + len

/** The updates with everything that `client` wrote in them written by `fresh`, from clock 0 on. */
export function withOtherClient(
  updates: readonly Uint8Array[],
  client: number,
  fresh: number = new Y.Doc().clientID,
): Uint8Array[] {
  const all = updates.map(parsed)
  const own = all.flatMap(({ structs }) => structs.filter(({ id }) => id.client === client))
  const first = Math.min(...own.map(({ id }) => id.clock))
  const end = Math.max(...own.map(({ id, length }) => id.clock + length))
  const renamed = <T extends Y.ID | null>(id: T): T | Y.ID =>
    id?.client === client && id.clock >= first && id.clock < end
      ? Y.createID(fresh, id.clock - first)
      : id
  return all.map(({ structs, deleted }) =>
    joined({
      structs: structs.map((struct) => rename(struct, renamed)),
      deleted: deleted.map((range) => {
        const id = renamed(Y.createID(range.client, range.clock))
        return { client: id.client, clock: id.clock, len: range.len }
      }),
    }),
  )
}

function rename(struct: Struct, renamed: <T extends Y.ID | null>(id: T) => T | Y.ID): Struct {
  const id = renamed(struct.id)
  if (struct instanceof Y.GC) return new Y.GC(id, struct.length)
  if (!(struct instanceof Y.Item)) return struct
  const parent = struct.parent instanceof Y.ID ? renamed(struct.parent) : struct.parent
  const origin = renamed(struct.origin)
  const rightOrigin = renamed(struct.rightOrigin)
  return like(struct, { id, origin, rightOrigin, parent })
}
