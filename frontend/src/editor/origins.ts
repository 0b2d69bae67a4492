/**
 * Where the letters of a page stood before a change: stretch by stretch, not letter by letter, since a
 * change of many blocks is many steps over many letters.
 *
 * Knows positions only; nothing of Yjs.
 */
import type { StepMap } from '@tiptap/pm/transform'
import { between, type Places } from './letters'

/** What is left standing: so many positions, from `from` on before and from `at` on now. */
export type Kept = { at: number; length: number; from: number }

/** Letters side by side in one text, by their place and position; `from` null: they stood nowhere. */
export type Origin = {
  at: number
  length: number
  from: number | null
  pos: number
  letters: string
}

/** What steps one after the other leave standing. They are composed by halves: n of them in n log n. */
export function keptBy(maps: readonly StepMap[]): Kept[] {
  const [first] = maps
  if (!first) return [{ at: 0, length: Infinity, from: 0 }]
  if (maps.length === 1) return keptByOne(first)
  const middle = maps.length >> 1
  return composed(keptBy(maps.slice(0, middle)), keptBy(maps.slice(middle)))
}

function keptByOne(map: StepMap): Kept[] {
  const kept: Kept[] = []
  let [from, at] = [0, 0]
  map.forEach((_oldStart, oldEnd, start, end) => {
    kept.push({ at, length: start - at, from })
    from = oldEnd
    at = end
  })
  return [...kept, { at, length: Infinity, from }]
}

function composed(first: readonly Kept[], second: readonly Kept[]): Kept[] {
  const kept: Kept[] = []
  let [i, k] = [0, 0]
  for (;;) {
    const [one, other] = [first[i], second[k]]
    if (!one || !other) return kept
    const [oneEnd, otherEnd] = [one.at + one.length, other.from + other.length]
    const start = Math.max(one.at, other.from)
    const length = Math.min(oneEnd, otherEnd) - start
    const [from, at] = [one.from + start - one.at, other.at + start - other.from]
    if (length > 0) kept.push({ at, length, from })
    if (oneEnd < otherEnd) i++
    else k++
  }
}

/** The same, seen from what stood before. */
export function inverted(kept: readonly Kept[]): Kept[] {
  return kept.map(({ at, length, from }) => ({ at: from, length, from: at }))
}

/** All letters of a page by their places in another one, of which so much was left standing. */
export function originsOf(page: Places, other: Places, kept: readonly Kept[]): Origin[] {
  const found: Origin[] = []
  for (const text of page.texts) {
    const end = text.pos + text.letters.length
    const add = (pos: number, to: number, from: number | null) => {
      if (pos === to) return
      const letters = text.letters.slice(pos - text.pos, to - text.pos)
      found.push({ at: text.at + pos - text.pos, length: to - pos, from, pos, letters })
    }
    let told = text.pos
    for (const { run, low, high } of between(kept, text.pos, end)) {
      add(told, low, null)
      add(low, high, other.at(run.from + low - run.at))
      told = high
    }
    add(told, end, null)
  }
  return found
}
