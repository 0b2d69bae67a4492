/**
 * An update taken apart into its structs and delete ranges, and put together again.
 *
 * Source: INTERNALS.md of yjs and its UpdateEncoder V1. Items are made anew, never changed.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

export type Struct = ReturnType<typeof Y.decodeUpdate>['structs'][number]
export type Range = { client: number; clock: number; len: number }
export type Parsed = { structs: Struct[]; deleted: Range[] }

export function parsed(update: Uint8Array): Parsed {
  const { structs, ds } = Y.decodeUpdate(update)
  const deleted = [...ds.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, clock, len })),
  )
  return { structs, deleted }
}

/** The bytes of an update. Structs of one client must stand in the order of their clocks. */
export function joined({ structs, deleted }: Parsed): Uint8Array {
  const encoder = new Y.UpdateEncoderV1()
  const rest = encoder.restEncoder
  const clients = grouped(structs, ({ id }) => id.client)
  encoding.writeVarUint(rest, clients.size)
  for (const [client, own] of [...clients].sort(([a], [b]) => b - a)) {
    encoding.writeVarUint(rest, own.length)
    encoder.writeClient(client)
    encoding.writeVarUint(rest, own[0]?.id.clock ?? 0)
    for (const struct of own) struct.write(encoder, 0)
  }
  const ranges = grouped(deleted, ({ client }) => client)
  encoding.writeVarUint(rest, ranges.size)
  for (const [client, own] of ranges) {
    encoder.resetDsCurVal()
    encoding.writeVarUint(rest, client)
    encoding.writeVarUint(rest, own.length)
    for (const { clock, len } of own) {
      encoder.writeDsClock(clock)
      encoder.writeDsLen(len)
    }
  }
  return encoder.toUint8Array()
}

/**
 * The structs so that each stands behind those among them that it refers to; those of one client stay
 * in the order of their clocks. Then every stretch from the beginning is complete.
 */
export function inOrder(structs: readonly Struct[]): Struct[] {
  const queues = grouped(structs, ({ id }) => id.client)
  const at = new Map<number, number>()
  const next = (client: number) => queues.get(client)?.[at.get(client) ?? 0]
  const ahead = ({ client, clock }: Y.ID) => (next(client)?.id.clock ?? Infinity) <= clock
  const ordered: Struct[] = []
  for (const client of queues.keys()) {
    const wanted = [Y.createID(client, Infinity)]
    for (let want = wanted.at(-1); want; want = wanted.at(-1)) {
      const struct = ahead(want) ? next(want.client) : undefined
      const missing = struct && references(struct).find(ahead)
      if (!struct) wanted.pop()
      else if (missing && wanted.every((one) => one.client !== missing.client)) wanted.push(missing)
      else {
        ordered.push(struct)
        at.set(struct.id.client, (at.get(struct.id.client) ?? 0) + 1)
      }
    }
  }
  return ordered
}

function references(struct: Struct): Y.ID[] {
  if (!(struct instanceof Y.Item)) return []
  const { origin, rightOrigin, parent } = struct
  return [origin, rightOrigin, parent].filter((one) => one instanceof Y.ID)
}

/** By client, in the order of their first. */
export function grouped<T>(all: readonly T[], clientOf: (one: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const one of all) {
    const group = groups.get(clientOf(one))
    if (group) group.push(one)
    else groups.set(clientOf(one), [one])
  }
  return groups
}

type Parts = Partial<Pick<Y.Item, 'id' | 'origin' | 'rightOrigin' | 'parent' | 'content'>>

/** An item like another, but for some of its parts. */
export function like(item: Y.Item, parts: Parts): Y.Item {
  const { id, origin, rightOrigin, parent, content } = { ...item, ...parts }
  return new Y.Item(id, null, origin, null, rightOrigin, parent, item.parentSub, content)
}
