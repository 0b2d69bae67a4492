/** What two rows have in the same order. */

/** The heaviest part of a row in which `origin` only grows (a Fenwick tree of the best row so far). */
export function heaviest<T extends { origin: number; weight: number }>(row: readonly T[]): Set<T> {
  type Chain = { one: T; sum: number; before: Chain | null }
  const ranks = new Map(row.toSorted((a, b) => a.origin - b.origin).map((one, i) => [one, i + 1]))
  const best: (Chain | null)[] = new Array(row.length + 1).fill(null)
  let top: Chain | null = null
  for (const one of row) {
    const rank = ranks.get(one) ?? 0
    let before: Chain | null = null
    for (let i = rank; i > 0; i -= i & -i) {
      const chain = best[i] ?? null
      if (chain && chain.sum > (before?.sum ?? 0)) before = chain
    }
    const chain: Chain = { one, sum: one.weight + (before?.sum ?? 0), before }
    for (let i = rank; i <= row.length; i += i & -i) {
      if (chain.sum > (best[i]?.sum ?? 0)) best[i] = chain
    }
    if (chain.sum > (top?.sum ?? 0)) top = chain
  }
  const staying = new Set<T>()
  for (let chain = top; chain; chain = chain.before) staying.add(chain.one)
  return staying
}
