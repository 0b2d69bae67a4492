/**
 * A server's part in small: numbers updates, and tells their columns (written here only for tests;
 * the server writes them in Python). Finds carries where text is simply the same.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { Columns } from '../../src/history/columns'
import { parsed } from '../../src/wire/structs'

type Row = { author: number; at: number }
type Said = { client: number; clock: number; char: string }

export class Ledger {
  readonly rows: Row[] = []
  readonly updates: Uint8Array[] = []
  readonly births = new Map<number, number[]>()
  readonly deaths = new Map<number, number[]>()
  readonly carries = new Map<number, { client: number; clock: number }[]>()
  /** What every id of text says. */
  readonly #texts = new Map<number, string[]>()
  #deleted: Said[] = []

  get head(): number {
    return this.rows.length
  }

  append(update: Uint8Array, author = 1, at = 1_000 * (this.head + 1)): number {
    this.rows.push({ author, at })
    this.updates.push(update)
    const { structs, deleted } = parsed(update)
    const fresh = structs.filter((struct) => this.#bear(struct.id, struct.length))
    for (const struct of fresh) this.#learn(struct)
    const gone = deleted.flatMap((range) => this.#bury(range))
    for (const struct of fresh) {
      if (!(struct instanceof Y.Item && struct.content instanceof Y.ContentString)) continue
      this.#carry(struct.id, struct.content.str, gone)
    }
    this.#deleted.push(...gone)
    return this.head
  }

  /** A row by what a transaction did, for logs too long to take apart. No carries. */
  note({ beforeState, afterState, deleteSet }: Y.Transaction, author = 1): void {
    this.rows.push({ author, at: 1_000 * (this.head + 1) })
    for (const [client, clock] of afterState) {
      const before = beforeState.get(client) ?? 0
      this.#bear(Y.createID(client, before), clock - before)
    }
    for (const [client, ranges] of deleteSet.clients) {
      for (const { clock, len } of ranges) this.#bury({ client, clock, len })
    }
  }

  #bear({ client, clock }: Y.ID, length: number): boolean {
    const born = entry(this.births, client)
    const known = born.length > clock
    for (let at = born.length; at < clock + length; at++) born[at] = this.head
    return !known
  }

  #learn(struct: { id: Y.ID; length: number }): void {
    if (!(struct instanceof Y.Item && struct.content instanceof Y.ContentString)) return
    const said = entry(this.#texts, struct.id.client)
    const { str } = struct.content
    for (let k = 0; k < str.length; k++) said[struct.id.clock + k] = str[k] ?? ''
  }

  #bury({ client, clock, len }: { client: number; clock: number; len: number }): Said[] {
    const died = entry(this.deaths, client)
    const gone: Said[] = []
    for (let at = clock; at < clock + len; at++) {
      if (died[at] !== undefined) continue
      died[at] = this.head
      const char = this.#texts.get(client)?.[at]
      if (char !== undefined) gone.push({ client, clock: at, char })
    }
    return gone
  }

  /** The same words, whole or in pieces, in what this update deleted, or whole in what was before. */
  #carry({ client, clock }: Y.ID, text: string, gone: Said[]): void {
    const whole = placeOf(this.#deleted, text)
    const earlier = whole < 0 ? null : this.#deleted.slice(whole, whole + text.length)
    const from = pieced(gone, text) ?? earlier
    for (const [k, said] of (from ?? []).entries()) {
      const first = this.carries.get(said.client)?.[said.clock]
      entry(this.carries, client)[clock + k] = first ?? { client: said.client, clock: said.clock }
    }
  }

  /** The whole log as one update, deleted text kept. */
  log(from = 1, to = this.head): Uint8Array {
    const doc = new Y.Doc({ gc: false })
    for (const update of this.updates.slice(0, from - 1)) Y.applyUpdate(doc, update)
    const before = Y.encodeStateVector(doc)
    for (const update of this.updates.slice(from - 1, to)) Y.applyUpdate(doc, update)
    return Y.encodeStateAsUpdate(doc, before)
  }

  columns(first = 1, last = this.head): Columns {
    return Columns.decode(this.bytes(first, last))
  }

  bytes(first = 1, last = this.head): Uint8Array {
    const out = encoding.createEncoder()
    encoding.writeVarUint(out, first)
    encoding.writeVarUint(out, last)
    const rows = this.rows.slice(first - 1, last)
    writeAuthors(out, rows)
    let before = 0
    for (const { at } of rows) {
      writeSigned(out, at - before)
      before = at
    }
    encoding.writeVarUint(out, 0)
    writeSeqs(out, this.births, first, last)
    writeSeqs(out, this.deaths, first, last)
    this.#writeCarries(out, first, last)
    return encoding.toUint8Array(out)
  }

  #writeCarries(out: encoding.Encoder, first: number, last: number): void {
    const clients = [...this.carries.keys()].sort((a, b) => a - b)
    const all = clients.flatMap((client) => {
      const born = this.births.get(client) ?? []
      const runs: { clock: number; length: number; client: number; from: number }[] = []
      for (const [text, from] of Object.entries(this.carries.get(client) ?? [])) {
        const clock = Number(text)
        const seq = born[clock] ?? 0
        if (seq < first || seq > last) continue
        const run = runs.at(-1)
        const k = run ? clock - run.clock : 0
        if (run && k === run.length && run.client === from.client && run.from + k === from.clock) {
          run.length++
        } else runs.push({ clock, length: 1, client: from.client, from: from.clock })
      }
      return runs.length ? [{ client, runs }] : []
    })
    encoding.writeVarUint(out, all.length)
    for (const { client, runs } of all) {
      encoding.writeVarUint(out, client)
      encoding.writeVarUint(out, runs.length)
      let at = 0
      for (const run of runs) {
        for (const part of [run.clock - at, run.length, run.client, run.from]) {
          encoding.writeVarUint(out, part)
        }
        at = run.clock + run.length
      }
    }
  }
}

function entry<T>(map: Map<number, T[]>, key: number): T[] {
  const found = map.get(key) ?? []
  map.set(key, found)
  return found
}

function pieced(gone: Said[], text: string): Said[] | null {
  const from: Said[] = []
  while (from.length < text.length) {
    let length = text.length - from.length
    while (length > 0 && placeOf(gone, text.slice(from.length, from.length + length)) < 0) length--
    if (length === 0) return null
    const place = placeOf(gone, text.slice(from.length, from.length + length))
    from.push(...gone.slice(place, place + length))
  }
  return from
}

function placeOf(said: Said[], text: string): number {
  return said
    .map(({ char }) => char)
    .join('')
    .lastIndexOf(text)
}

function writeSigned(out: encoding.Encoder, value: number): void {
  encoding.writeVarUint(out, value >= 0 ? 2 * value : -2 * value - 1)
}

function writeAuthors(out: encoding.Encoder, rows: Row[]): void {
  const runs: [user: number, length: number][] = []
  for (const { author } of rows) {
    const run = runs.at(-1)
    if (run?.[0] === author) run[1]++
    else runs.push([author, 1])
  }
  encoding.writeVarUint(out, runs.length)
  for (const part of runs.flat()) encoding.writeVarUint(out, part)
}

function writeSeqs(
  out: encoding.Encoder,
  seqs: Map<number, number[]>,
  first: number,
  last: number,
): void {
  const clients = [...seqs.keys()].sort((a, b) => a - b)
  const all = clients
    .map((client) => ({ client, runs: runsOf(seqs.get(client) ?? [], first, last) }))
    .filter(({ runs }) => runs.length > 0)
  encoding.writeVarUint(out, all.length)
  let before = first
  for (const { client, runs } of all) {
    encoding.writeVarUint(out, client)
    encoding.writeVarUint(out, runs.length)
    let at = 0
    for (const { clock, length, seq, step } of runs) {
      encoding.writeVarUint(out, clock - at)
      encoding.writeVarUint(out, length * 3 + (step < 0 ? 2 : step))
      writeSigned(out, seq - before)
      before = seq + step * (length - 1)
      at = clock + length
    }
  }
}

function runsOf(seqs: number[], first: number, last: number) {
  const runs: { clock: number; length: number; seq: number; step: number }[] = []
  for (const [text, seq] of Object.entries(seqs)) {
    const clock = Number(text)
    if (seq < first || seq > last) continue
    const run = runs.at(-1)
    const joins = run && run.clock + run.length === clock
    const step = run ? seq - (run.seq + run.step * (run.length - 1)) : 0
    if (joins && run.length === 1 && Math.abs(step) <= 1) {
      run.step = step
      run.length = 2
    } else if (joins && run.length > 1 && step === run.step) run.length++
    else runs.push({ clock, length: 1, seq, step: 0 })
  }
  return runs
}
