/**
 * The binary form of columns, read strictly: docs/protocol.md, History.
 */
import * as decoding from 'lib0/decoding'
import { type CarryRun, CarryRuns, type Run, Runs } from './columns-runs'

export type Parts = {
  first: number
  last: number
  authors: Uint32Array
  times: Float64Array
  recovered: [first: number, end: number][]
  births: Map<number, Runs>
  deaths: Map<number, Runs>
  carries: Map<number, CarryRuns>
}

/** The bytes were not the columns of a log. */
export class Malformed extends Error {}

const MOST_CLOCK = 2 ** 32 - 1

/** Throws Malformed when the bytes are not exactly the columns of some rows. */
export function read(bytes: Uint8Array): Parts {
  const from = decoding.createDecoder(bytes)
  try {
    const parts = readParts(from)
    if (decoding.hasContent(from)) throw new Malformed('bytes after the columns')
    return parts
  } catch (error) {
    if (error instanceof Malformed) throw error
    throw new Malformed('the columns end early or hold something else', { cause: error })
  }
}

function readParts(from: decoding.Decoder): Parts {
  const first = uint(from)
  const last = uint(from)
  const count = last - first + 1
  if (first < 1 || count < 0) throw new Malformed('no such rows')
  return {
    first,
    last,
    authors: readAuthors(from, count),
    times: readTimes(from, count),
    recovered: readRecovered(from, first, last),
    births: readRuns(from, first, last),
    deaths: readRuns(from, first, last),
    carries: readCarries(from),
  }
}

function readAuthors(from: decoding.Decoder, count: number): Uint32Array {
  if (count > from.arr.length) throw new Malformed('more rows than bytes')
  const authors = new Uint32Array(count)
  let at = 0
  for (let runs = uint(from); runs > 0; runs--) {
    const user = uint(from, MOST_CLOCK)
    const length = positive(from)
    if (at + length > count) throw new Malformed('authors of more than the rows')
    authors.fill(user, at, at + length)
    at += length
  }
  if (at !== count) throw new Malformed('rows without an author')
  return authors
}

function readTimes(from: decoding.Decoder, count: number): Float64Array {
  const times = new Float64Array(count)
  let at = 0
  for (let i = 0; i < count; i++) {
    at += sint(from)
    times[i] = at
  }
  return times
}

function readRecovered(from: decoding.Decoder, first: number, last: number): [number, number][] {
  const recovered: [number, number][] = []
  let at = first
  for (let runs = uint(from); runs > 0; runs--) {
    const start = at + uint(from)
    at = start + positive(from)
    if (at > last + 1) throw new Malformed('recovered rows that are not here')
    recovered.push([start, at])
  }
  return recovered
}

function readRuns(from: decoding.Decoder, first: number, last: number): Map<number, Runs> {
  let before = first
  return perClient(from, (runs) => {
    const read: Run[] = []
    let at = 0
    for (; runs > 0; runs--) {
      const clock = at + uint(from, MOST_CLOCK)
      const shape = uint(from)
      const length = Math.floor(shape / 3)
      const step = ([0, 1, -1] as const)[shape % 3] ?? 0
      const seq = before + sint(from)
      before = seq + step * (length - 1)
      at = clock + length
      if (length < 1 || at > MOST_CLOCK) throw new Malformed('a run of impossible length')
      if (Math.min(seq, before) < first || Math.max(seq, before) > last) {
        throw new Malformed('a seq that is not here')
      }
      read.push({ clock, length, seq, step })
    }
    return new Runs(read)
  })
}

function readCarries(from: decoding.Decoder): Map<number, CarryRuns> {
  return perClient(from, (runs) => {
    const read: CarryRun[] = []
    let at = 0
    for (; runs > 0; runs--) {
      const clock = at + uint(from, MOST_CLOCK)
      const length = positive(from)
      const fromClient = uint(from)
      const fromClock = uint(from, MOST_CLOCK)
      at = clock + length
      if (Math.max(at, fromClock + length) > MOST_CLOCK) throw new Malformed('clocks too large')
      read.push({ clock, length, fromClient, fromClock })
    }
    return new CarryRuns(read)
  })
}

function perClient<T>(from: decoding.Decoder, runsOf: (count: number) => T): Map<number, T> {
  const all = new Map<number, T>()
  let before = -1
  for (let clients = uint(from); clients > 0; clients--) {
    const client = uint(from)
    if (client <= before) throw new Malformed('clients out of order')
    before = client
    all.set(client, runsOf(positive(from)))
  }
  return all
}

function uint(from: decoding.Decoder, most: number = Number.MAX_SAFE_INTEGER): number {
  const value = decoding.readVarUint(from)
  if (value > most) throw new Malformed('a number too large')
  return value
}

function positive(from: decoding.Decoder): number {
  const value = uint(from, MOST_CLOCK)
  if (value === 0) throw new Malformed('an empty run')
  return value
}

/** A signed number: 0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 … */
function sint(from: decoding.Decoder): number {
  const value = uint(from)
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}
