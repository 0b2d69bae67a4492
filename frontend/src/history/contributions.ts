/** Whose words a text is made of. */
import type { Blame } from './blame'

/** How many characters of a text one person first wrote, and which share of it that is (0 to 1). */
export type Contribution = { author: number | null; characters: number; share: number }

/** Who wrote what of a text is left, the greatest share first. */
export function contributions({ ranges }: Blame): Contribution[] {
  const counts = new Map<number | null, number>()
  let all = 0
  for (const { author, from, to } of ranges) {
    counts.set(author, (counts.get(author) ?? 0) + to - from)
    all += to - from
  }
  return [...counts]
    .map(([author, characters]) => ({ author, characters, share: characters / all }))
    .sort((a, b) => b.characters - a.characters)
}
