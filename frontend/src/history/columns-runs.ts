/**
 * Runs of ids in typed arrays, per client in the order of their clocks, found by binary search.
 *
 * Knows neither bytes nor what the seqs of a run mean.
 */

/** Every id of a run: the k-th has `seq + k * step`. */
export type Run = { clock: number; length: number; seq: number; step: -1 | 0 | 1 }

/** The k-th id of a run carries what id `fromClock + k` of `fromClient` first said. */
export type CarryRun = { clock: number; length: number; fromClient: number; fromClock: number }

/** After every seq: what has not happened. */
export const NEVER = Number.POSITIVE_INFINITY

/** The runs of one client. */
export class Runs {
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly seqs: Uint32Array
  readonly steps: Int8Array

  constructor(runs: readonly Run[]) {
    this.starts = Uint32Array.from(runs, ({ clock }) => clock)
    this.ends = Uint32Array.from(runs, ({ clock, length }) => clock + length)
    this.seqs = Uint32Array.from(runs, ({ seq }) => seq)
    this.steps = Int8Array.from(runs, ({ step }) => step)
  }

  get length(): number {
    return this.starts.length
  }

  /** The run that holds a clock, or else the first behind it. */
  from(clock: number): number {
    return firstEndingAfter(this.ends, clock)
  }

  /** The run at an index. */
  at(index: number): Run | undefined {
    const clock = this.starts[index]
    if (clock === undefined) return undefined
    const length = (this.ends[index] ?? 0) - clock
    return { clock, length, seq: this.seqs[index] ?? 0, step: stepOf(this.steps[index]) }
  }

  /** The seq of an id, NEVER when it is in no run. */
  seq(clock: number): number {
    const index = this.from(clock)
    const start = this.starts[index]
    if (start === undefined || clock < start) return NEVER
    return (this.seqs[index] ?? 0) + (clock - start) * (this.steps[index] ?? 0)
  }

  /** These runs and others that hold none of the same ids. */
  with(others: Runs): Runs {
    return new Runs(merged([...this.all()], [...others.all()]))
  }

  /** Adds to the counts of seqs, the first of which is that of `first`. */
  count(counts: Uint32Array, first: number): void {
    for (const { length, seq, step } of this.all()) {
      for (let k = 0; k < length; k++) {
        const at = seq + k * step - first
        counts[at] = (counts[at] ?? 0) + 1
      }
    }
  }

  *all(): Iterable<Run> {
    for (let index = 0; index < this.length; index++) {
      const run = this.at(index)
      if (run) yield run
    }
  }
}

/** The carries of one client. */
export class CarryRuns {
  readonly #ends: Uint32Array

  constructor(readonly runs: readonly CarryRun[]) {
    this.#ends = Uint32Array.from(runs, ({ clock, length }) => clock + length)
  }

  /** The run that holds a clock, or else the first behind it. */
  from(clock: number): CarryRun | undefined {
    return this.runs[firstEndingAfter(this.#ends, clock)]
  }

  with(others: CarryRuns): CarryRuns {
    return new CarryRuns(merged(this.runs, others.runs))
  }
}

/** The carries of all clients, by what they carry. */
export class Carriers {
  readonly #byFrom = new Map<number, (CarryRun & { client: number })[]>()
  #longest = 0

  constructor(carries: ReadonlyMap<number, CarryRuns>) {
    for (const [client, { runs }] of carries) {
      for (const run of runs) {
        const known = this.#byFrom.get(run.fromClient)
        if (known) known.push({ ...run, client })
        else this.#byFrom.set(run.fromClient, [{ ...run, client }])
        this.#longest = Math.max(this.#longest, run.length)
      }
    }
    for (const runs of this.#byFrom.values()) runs.sort((a, b) => a.fromClock - b.fromClock)
  }

  /** The ids that carry an id. */
  of(client: number, clock: number): { client: number; clock: number }[] {
    const runs = this.#byFrom.get(client) ?? []
    const ids: { client: number; clock: number }[] = []
    let at = firstFrom(runs, clock - this.#longest + 1)
    for (let run = runs[at]; run && run.fromClock <= clock; run = runs[++at]) {
      const k = clock - run.fromClock
      if (k < run.length) ids.push({ client: run.client, clock: run.clock + k })
    }
    return ids
  }
}

function firstFrom(runs: readonly CarryRun[], clock: number): number {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle]?.fromClock ?? 0) < clock) low = middle + 1
    else high = middle
  }
  return low
}

const stepOf = (step: number | undefined): Run['step'] => (step === 1 || step === -1 ? step : 0)

function firstEndingAfter(ends: Uint32Array, clock: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] ?? 0) > clock) high = middle
    else low = middle + 1
  }
  return low
}

function merged<T extends { clock: number }>(some: readonly T[], others: readonly T[]): T[] {
  const last = some.at(-1)
  const next = others[0]
  if (!last || !next || last.clock < next.clock) return [...some, ...others]
  return [...some, ...others].sort((a, b) => a.clock - b.clock)
}
