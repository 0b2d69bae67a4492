/** The rows of the comments as they stand below each other: in the order of the text, then the rest. */
import type { Passage } from './anchor'
import { isSaid, type Thread } from './threads'

/** `isGone`: its words are no longer in the text. */
export type Row =
  | { kind: 'thread'; id: string; thread: Thread; isGone: boolean }
  | { kind: 'settled'; id: 'settled'; count: number }

/** Where a thread's words stand; null: nowhere, undefined: that cannot be told now. */
export type Standing = (number: number) => Passage | null | undefined

type Look = {
  standing: Standing
  /** Somebody answers it here: it stays where it is seen. */
  isAnswered: (thread: Thread) => boolean
  /** The settled ones are shown, too. */
  unfolded: boolean
}

export function rows(all: readonly Thread[], { standing, isAnswered, unfolded }: Look): Row[] {
  const shown = all.filter((thread) => isSaid(thread) || isAnswered(thread))
  const places = new Map(shown.map(({ number }) => [number, standing(number)]))
  const settled = shown.filter((thread) => thread.settled && !isAnswered(thread))
  const open = shown.filter((thread) => !settled.includes(thread))
  const row = (thread: Thread): Row => ({
    kind: 'thread',
    id: String(thread.number),
    thread,
    isGone: places.get(thread.number) === null,
  })
  const below = settled.sort((one, other) => settledAt(other) - settledAt(one))
  return [
    ...open.sort(inText(places)).map(row),
    ...(below.length > 0 ? [{ kind: 'settled', id: 'settled', count: below.length } as const] : []),
    ...(unfolded ? below.map(row) : []),
  ]
}

/** By where they begin, then the shorter first; those that stand nowhere come last. */
const inText =
  (places: ReadonlyMap<number, ReturnType<Standing>>) =>
  (one: Thread, other: Thread): number => {
    const [first, second] = [places.get(one.number), places.get(other.number)]
    if (first && second) {
      return first.from - second.from || first.to - second.to || one.number - other.number
    }
    return Number(!first) - Number(!second) || one.number - other.number
  }

const settledAt = ({ settled }: Thread): number => settled?.at ?? 0
