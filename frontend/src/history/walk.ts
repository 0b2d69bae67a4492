/** Where somebody is in a book, and where they can go from there. Draws nothing. */
import type { Book } from './book'
import { type Place, VIEWS, type View } from './place'
import type { Sitting } from './sittings'

export class Walk {
  constructor(
    public book: Book,
    public place: Place,
    /** Whether two texts fit beside each other. */
    readonly isWide: () => boolean = () => true,
  ) {}

  /** How the moment is shown: as the place says, where that is possible. */
  get view(): View {
    const { view } = this.place
    return view === 'sides' && !this.isWide() ? 'compare' : view
  }

  get head(): number {
    return this.book.past.head
  }

  /** The moment that is shown: after so many updates. */
  get seq(): number {
    return Math.min(this.place.at ?? this.head, this.head)
  }

  /** The other moment, not after this one: 0 is the beginning. */
  get since(): number {
    return Math.min(this.place.from ?? 0, this.seq)
  }

  get isCompared(): boolean {
    return this.place.view === 'compare' || this.place.view === 'sides'
  }

  /** When a moment was (ms); null for the beginning. */
  when(seq: number): number | null {
    return seq > 0 ? this.book.past.columns.stamp(seq).at : null
  }

  /** To an edit by its number; from the last one on, the text of now is followed. */
  to(seq: number): Partial<Place> {
    return { at: seq >= this.head ? null : Math.max(1, seq) }
  }

  /** To the end of the version before or after this moment. */
  toVersion(step: number): Partial<Place> {
    const first = this.book.sittings[0]?.last ?? 1
    return this.to(Math.max(first, this.#versionEnd(this.seq, step)))
  }

  /** Compared with another edit, at most with this moment itself; 0 is the beginning. */
  toSince(seq: number): Partial<Place> {
    return { from: seq > 0 ? Math.min(seq, this.seq) : null }
  }

  /** Compared with the end of the version before or after the one it is compared with. */
  toSinceVersion(step: number): Partial<Place> {
    return this.toSince(this.#versionEnd(this.since, step))
  }

  #versionEnd(seq: number, step: number): number {
    const { sittings } = this.book
    const here = sittings.findIndex(({ last }) => last >= seq)
    const inside = sittings[here]?.last !== seq
    const next = here + (inside && step > 0 ? step - 1 : step)
    return next < 0 ? 0 : (sittings[next]?.last ?? this.head)
  }

  /** To a version: its end, with what was done in it. */
  toSitting({ first, last }: Sitting): Partial<Place> {
    const view = this.isCompared ? this.place.view : VIEWS[1]
    return { at: last, from: first > 1 ? first - 1 : null, view }
  }

  isAt({ first, last }: Sitting): boolean {
    return this.isCompared && this.seq === last && this.since === first - 1
  }
}
