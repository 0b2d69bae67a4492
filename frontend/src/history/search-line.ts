/**
 * One Yjs text through all of its time: where a phrase could ever be read in it.
 *
 * Every birth and death is played once; around each, the letters that are there are compared with the
 * phrase. So a phrase is found that was only complete when words inside it were deleted.
 */
import { NEVER } from './columns'
import type { Tape } from './past-tape'

/** Letters (as places in the line) that said the phrase together from a seq on. */
export type Sighting = { seq: number; places: number[] }

const NOBODY = -1

export class Line {
  readonly length: number
  readonly client: Float64Array
  readonly clock: Uint32Array
  readonly died: Float64Array
  readonly text: string
  readonly #born: Float64Array
  readonly #folded: string
  readonly #before: Int32Array
  readonly #after: Int32Array
  readonly #counts: Int32Array

  /** `died` is when the text itself vanished. */
  constructor({ pieces }: Tape, died: number) {
    this.length = pieces.reduce(
      (sum, { content }) => sum + (content.kind === 'text' ? content.text.length : 0),
      0,
    )
    this.client = new Float64Array(this.length)
    this.clock = new Uint32Array(this.length)
    this.died = new Float64Array(this.length)
    this.#born = new Float64Array(this.length)
    this.#before = new Int32Array(this.length + 2)
    this.#after = new Int32Array(this.length + 2)
    this.#counts = new Int32Array(this.length + 1)
    let place = 0
    let text = ''
    for (const piece of pieces) {
      if (piece.content.kind !== 'text') continue
      text += piece.content.text
      for (let k = 0; k < piece.length; k++, place++) {
        this.client[place] = piece.client
        this.clock[place] = piece.clock + k
        this.#born[place] = piece.born + k * piece.bornStep
        this.died[place] = Math.min(died, piece.died + (piece.diedStep && k * piece.diedStep))
      }
    }
    this.text = text
    this.#folded = folded(text)
  }

  /** Where and since when a phrase could be read; case does not matter. */
  *sightings(phrase: string): Iterable<Sighting> {
    const wanted = folded(phrase)
    if (wanted === '' || [...wanted].some((letter) => !this.#folded.includes(letter))) return
    const events = this.#events()
    const base = 2 * this.length
    for (let i = 0; i < events.length; ) {
      const first = i
      const seq = Math.floor((events[i] ?? 0) / base)
      for (; i < events.length && Math.floor((events[i] ?? 0) / base) === seq; i++) {
        this.#play((events[i] ?? 0) % base)
      }
      for (let k = first; k < i; k++) {
        const place = Math.floor(((events[k] ?? 0) % base) / 2)
        const places = this.#read(wanted, place)
        if (places) yield { seq, places }
      }
    }
  }

  /** Each as seq * 2n + place * 2 + (0 for a birth, 1 for a death), in the order of time. */
  #events(): Float64Array {
    const base = 2 * this.length
    const events: number[] = []
    for (let place = 0; place < this.length; place++) {
      const born = this.#born[place] ?? NEVER
      const died = this.died[place] ?? NEVER
      if (died <= born) continue
      events.push(born * base + 2 * place)
      if (died !== NEVER) events.push(died * base + 2 * place + 1)
    }
    this.#before[this.length + 1] = 0
    this.#after[0] = this.length + 1
    this.#counts.fill(0)
    return Float64Array.from(events).sort()
  }

  /** The letters that are there form a list from 0 to length + 1, each one higher than its place. */
  #play(event: number): void {
    const node = Math.floor(event / 2) + 1
    if (event % 2 === 0) {
      const before = this.#select(this.#rank(node))
      const after = this.#after[before] ?? 0
      this.#link(before, node)
      this.#link(node, after)
      this.#count(node, 1)
    } else {
      this.#link(this.#before[node] ?? 0, this.#after[node] ?? 0)
      this.#count(node, -1)
    }
  }

  #link(before: number, after: number): void {
    this.#after[before] = after
    this.#before[after] = before
  }

  /** The letters around a place, if they say the phrase across it. */
  #read(wanted: string, place: number): number[] | null {
    const { length } = wanted
    let start = this.#nearest(place + 1)
    for (let k = 1; k < length && start > 0; k++) start = this.#before[start] ?? 0
    const nodes: number[] = []
    let letters = ''
    let node = start > 0 ? start : (this.#after[0] ?? 0)
    for (; node <= this.length && nodes.length < 2 * length; node = this.#after[node] ?? 0) {
      nodes.push(node)
      letters += this.#folded[node - 1]
    }
    for (let at = letters.indexOf(wanted); at !== NOBODY; at = letters.indexOf(wanted, at + 1)) {
      const places = nodes.slice(at, at + length).map((one) => one - 1)
      const [first = 0] = places
      if (first <= place && place <= (places.at(-1) ?? 0)) return places
    }
    return null
  }

  /** The letter itself, or the last that is there before it. */
  #nearest(node: number): number {
    return this.#select(this.#rank(node))
  }

  /** How many letters are there up to a node (a Fenwick tree). */
  #rank(node: number): number {
    let sum = 0
    for (let i = node; i > 0; i -= i & -i) sum += this.#counts[i] ?? 0
    return sum
  }

  /** The node of the n-th letter that is there; 0 for the none before all. */
  #select(n: number): number {
    let node = 0
    let left = n
    if (n === 0) return 0
    for (let step = 2 ** Math.floor(Math.log2(this.length)); step >= 1; step /= 2) {
      const next = node + step
      if (next <= this.length && (this.#counts[next] ?? 0) < left) {
        node = next
        left -= this.#counts[next] ?? 0
      }
    }
    return node + 1
  }

  #count(node: number, by: 1 | -1): void {
    for (let i = node; i <= this.length; i += i & -i) this.#counts[i] = (this.#counts[i] ?? 0) + by
  }
}

/** Without case, letter by letter, so that places stay places. */
function folded(text: string): string {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return text
    .split('')
    .map((letter) => (letter.toLowerCase().length === 1 ? letter.toLowerCase() : letter))
    .join('')
}
