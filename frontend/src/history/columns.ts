/**
 * The columns of a log: for every id when it was born and when it died, for every seq who and when,
 * and which text was first said under another id. Growing: later parts are put behind earlier ones.
 *
 * Knows the binary form (docs/protocol.md, History) and ids; neither text nor documents.
 */
import { type Parts, read } from './columns-reading'
import { Carriers, type CarryRuns, NEVER, Runs } from './columns-runs'

export { Malformed } from './columns-reading'
export { NEVER } from './columns-runs'

export type Id = { client: number; clock: number }

/** Ids clock .. clock + length of a client. */
export type Stretch = Id & { length: number }

/** Who made a row, 0 when nobody is known, and when (ms since 1970). */
export type Stamp = { author: number; at: number }

const NONE = new Runs([])

export class Columns {
  readonly first: number
  readonly last: number
  readonly #authors: Uint32Array
  readonly #times: Float64Array
  readonly #recovered: readonly [first: number, end: number][]
  readonly #births: ReadonlyMap<number, Runs>
  readonly #deaths: ReadonlyMap<number, Runs>
  readonly #carries: ReadonlyMap<number, CarryRuns>

  #carriers: Carriers | null = null

  private constructor(
    parts: Parts,
    /** Up to which row it is found which text was first said under another id. */
    readonly traced: number,
  ) {
    this.first = parts.first
    this.last = parts.last
    this.#authors = parts.authors
    this.#times = parts.times
    this.#recovered = parts.recovered
    this.#births = parts.births
    this.#deaths = parts.deaths
    this.#carries = parts.carries
  }

  /** Reads the columns of some rows. Throws Malformed when the bytes are not exactly that. */
  static decode(bytes: Uint8Array, traced: number = NEVER): Columns {
    return new Columns(read(bytes), traced)
  }

  /** When an id came, NEVER when no row here brought it. */
  birth(client: number, clock: number): number {
    return this.#births.get(client)?.seq(clock) ?? NEVER
  }

  /** When somebody first deleted an id itself, NEVER when nobody did. */
  death(client: number, clock: number): number {
    return this.#deaths.get(client)?.seq(clock) ?? NEVER
  }

  /** Who brought an id and when. Throws RangeError when no row here did. */
  insertion(client: number, clock: number): Stamp {
    return this.stamp(this.birth(client, clock))
  }

  /** When each id of a stretch came, NEVER for those that no row here brought. */
  birthsOf({ client, clock, length }: Stretch): Float64Array {
    const births = new Float64Array(length).fill(NEVER)
    const runs = this.birthRuns(client)
    for (let index = runs.from(clock); index < runs.length; index++) {
      const run = runs.at(index)
      if (!run || run.clock >= clock + length) break
      const start = Math.max(run.clock, clock)
      const end = Math.min(run.clock + run.length, clock + length)
      for (let at = start; at < end; at++)
        births[at - clock] = run.seq + run.step * (at - run.clock)
    }
    return births
  }

  /** Every id that somebody first deleted in these rows, and when; in no order. */
  *deathsIn(first: number, last: number): Iterable<Id & { seq: number }> {
    for (const [client, runs] of this.#deaths) {
      for (const { clock, length, seq, step } of runs.all()) {
        for (let k = 0; k < length; k++) {
          const at = seq + k * step
          if (at >= first && at <= last) yield { client, clock: clock + k, seq: at }
        }
      }
    }
  }

  birthRuns(client: number): Runs {
    return this.#births.get(client) ?? NONE
  }

  deathRuns(client: number): Runs {
    return this.#deaths.get(client) ?? NONE
  }

  /** The id under which the text of an id was first said: mostly itself. */
  firstOf(client: number, clock: number): Id {
    const run = this.#carries.get(client)?.from(clock)
    if (!run || clock < run.clock) return { client, clock }
    return { client: run.fromClient, clock: run.fromClock + clock - run.clock }
  }

  /** Under which ids those of a stretch were first said, in order. */
  firstsOf({ client, clock, length }: Stretch): Stretch[] {
    const carries = this.#carries.get(client)
    if (!carries) return [{ client, clock, length }]
    const end = clock + length
    const firsts: Stretch[] = []
    for (let at = clock; at < end; ) {
      const run = carries.from(at)
      const inside = run !== undefined && at >= run.clock
      const until = run ? Math.min(end, inside ? run.clock + run.length : run.clock) : end
      firsts.push({ ...this.firstOf(client, at), length: until - at })
      at = until
    }
    return firsts
  }

  /** Every id that said again what was first said under this one, and this one. */
  saidAs(first: Id): Id[] {
    this.#carriers ??= new Carriers(this.#carries)
    return [first, ...this.#carriers.of(first.client, first.clock)]
  }

  /** Who made a row and when. Throws RangeError for a seq that is not here. */
  stamp(seq: number): Stamp {
    const at = this.#times[seq - this.first]
    if (at === undefined) throw new RangeError(`no row ${seq} here`)
    return { author: this.#authors[seq - this.first] ?? 0, at }
  }

  /** Who made a row; 0 when nobody is known. */
  author(seq: number): number {
    return this.#authors[seq - this.first] ?? 0
  }

  /** How many ids each row brought, deleted, and brought as what was first said elsewhere. */
  tally(): { born: Uint32Array; died: Uint32Array; carried: Uint32Array } {
    const rows = this.last - this.first + 1
    const carried = new Uint32Array(rows)
    for (const [client, { runs }] of this.#carries) {
      for (const run of runs) {
        for (const seq of this.birthsOf({ client, clock: run.clock, length: run.length })) {
          if (seq !== NEVER) carried[seq - this.first] = (carried[seq - this.first] ?? 0) + 1
        }
      }
    }
    const count = (all: ReadonlyMap<number, Runs>): Uint32Array => {
      const counts = new Uint32Array(rows)
      for (const runs of all.values()) runs.count(counts, this.first)
      return counts
    }
    return { born: count(this.#births), died: count(this.#deaths), carried }
  }

  /** Whether a row was recovered after a restored backup, so that its author did not type it then. */
  isRecovered(seq: number): boolean {
    return this.#recovered.some(([first, end]) => first <= seq && seq < end)
  }

  /** These columns with those of the rows right behind them. Throws RangeError when there is a gap. */
  with(later: Columns): Columns {
    if (later.first !== this.last + 1) throw new RangeError(`rows after ${this.last} are missing`)
    const parts = {
      first: this.first,
      last: later.last,
      authors: concat(Uint32Array, this.#authors, later.#authors),
      times: concat(Float64Array, this.#times, later.#times),
      recovered: [...this.#recovered, ...later.#recovered],
      births: joined(this.#births, later.#births),
      deaths: joined(this.#deaths, later.#deaths),
      carries: joined(this.#carries, later.#carries),
    }
    return new Columns(parts, Math.min(this.traced, later.traced))
  }
}

function joined<T extends { with: (others: T) => T }>(
  some: ReadonlyMap<number, T>,
  others: ReadonlyMap<number, T>,
): Map<number, T> {
  const all = new Map(some)
  for (const [client, runs] of others) all.set(client, all.get(client)?.with(runs) ?? runs)
  return all
}

function concat<T extends Uint32Array | Float64Array>(
  type: new (length: number) => T,
  some: T,
  others: T,
): T {
  const all = new type(some.length + others.length)
  all.set(some)
  all.set(others, some.length)
  return all
}
