/** What the newer of two moments has and the older had not: text, breaks, and whole blocks. */
import { type Found, type Mark, markAt, type Pair } from './compare-marks'
import { type Branch, endOf } from './compare-tokens'

export function insertions(pair: Pair): Found[] {
  return [...insertedBlocks(pair), ...insertedText(pair)]
}

function insertedText(pair: Pair): Found[] {
  const { now, matching } = pair
  const found: Found[] = []
  for (let token = 0; token < now.length; token++) {
    if (matching.origin[token] !== -1) continue
    const mark = inserted(pair, token)
    const last = found.at(-1)
    if (
      last?.end === token &&
      now.block[token - 1] === now.block[token] &&
      follows(last.mark, mark)
    ) {
      last.end++
      last.mark.to = mark.to
      last.mark.at = Math.min(last.mark.at, mark.at)
      last.mark.until = Math.max(last.mark.until, mark.until)
    } else found.push({ mark, first: token, end: token + 1 })
  }
  return found
}

/** Text that is older than both moments was put back by somebody. */
function inserted({ now, columns, since }: Pair, token: number): Mark {
  const born = now.born[token] ?? 0
  const fresh = born > since
  const brought = columns.birth(now.client[token] ?? 0, now.clock[token] ?? 0)
  const from = now.pos[token] ?? 0
  const authors = [columns.stamp(born).author]
  return markAt(columns, fresh ? born : brought, { kind: 'inserted', from, to: from + 1, authors })
}

function follows(last: Mark, mark: Mark): boolean {
  return last.by === mark.by && last.authors[0] === mark.authors[0]
}

/** The outermost blocks that are new with all that is in them. */
function insertedBlocks(pair: Pair): Found[] {
  const { now, matching, columns } = pair
  const isNew = (branch: Branch): boolean =>
    branch.element !== null &&
    !matching.originOf(branch) &&
    !matching.inherits(branch) &&
    branch.children.every(isNew)
  const found: Found[] = []
  const visit = (branch: Branch) => {
    if (!isNew(branch)) return branch.children.forEach(visit)
    const { element, pos } = branch
    if (!element) return
    const seq = columns.birth(element.client, element.clock)
    const span = { from: pos, to: endOf(branch) }
    const mark = markAt(columns, seq, { kind: 'inserted', ...span, node: true })
    found.push({ mark: { ...mark, authors: [mark.by] }, first: branch.from, end: branch.to })
  }
  visit(now.root)
  return found
}
