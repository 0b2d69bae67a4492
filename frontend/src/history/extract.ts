/** As much of a document as fills a window, so that a long text costs no more than a short one. */
import type { Node } from '@tiptap/pm/model'

/** What changes in a text at once without being felt: so many characters in the blocks it changes. */
const LITTLE = 5_000
/** No line of text says more. */
const LONGEST = 120

/** What lies between two positions of a document: its own are those of the whole less `shift`. */
export type Extract = { doc: Node; from: number; to: number; shift: number }

/** Whether the page would feel it if one document took the place of another. */
export function isMuch(before: Node, after: Node): boolean {
  const [old, now] = [new Set(before.content.content), new Set(after.content.content)]
  let size = 0
  for (const block of now) if (!old.has(block)) size += block.nodeSize
  for (const block of old) if (!now.has(block)) size += block.nodeSize
  return size > LITTLE
}

/** What fills so many lines from a position on, or until the end, with the beginning of its block. */
export function extract(doc: Node, pos: number, lines: number): Extract {
  const { to, left } = reached(doc, pos, lines)
  const from = beginning(doc, left > 0 ? before(doc, pos, left) : pos)
  const shift = from - doc.resolve(from).depth
  return { doc: doc.cut(from, to), from, to, shift }
}

/** How far so many lines reach, and how many are left at the end of the document. */
function reached(doc: Node, pos: number, lines: number): { to: number; left: number } {
  let left = lines
  let end = doc.content.size
  doc.nodesBetween(pos, end, (node, at) => {
    if (left <= 0) return false
    const isRow = node.type.name === 'tableRow'
    if (!node.isTextblock && !isRow) return true
    const start = Math.max(pos, at)
    const size = at + node.nodeSize - start
    if (!isRow && size > left * LONGEST) end = start + left * LONGEST
    left -= isRow ? 1 : Math.ceil(size / LONGEST)
    if (left <= 0) end = Math.min(end, at + node.nodeSize)
    return false
  })
  return { to: end, left: Math.max(0, left) }
}

/** Where so many lines before a position begin, at least. */
function before(doc: Node, pos: number, lines: number): number {
  const $pos = doc.resolve(pos)
  let left = lines
  let at = $pos.depth > 0 ? $pos.before(1) : pos
  const inside = pos - at
  if (inside > lines * LONGEST) return pos - lines * LONGEST
  left -= Math.floor(inside / LONGEST)
  for (let child = $pos.index(0) - 1; child >= 0 && left > 0; child--) {
    const { nodeSize } = doc.child(child)
    if (nodeSize > left * LONGEST) return at - left * LONGEST
    at -= nodeSize
    left -= Math.ceil(nodeSize / LONGEST)
  }
  return at
}

/** The beginning of the outermost block around a position that is not too long to be drawn with it. */
function beginning(doc: Node, pos: number): number {
  const $pos = doc.resolve(pos)
  for (let depth = 1; depth <= $pos.depth; depth++) {
    if (pos - $pos.before(depth) <= LITTLE) return $pos.before(depth)
  }
  return pos
}
