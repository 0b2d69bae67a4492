/** Brings text and blocks of a moment back to the live document, into their place. */
import { Fragment, type Node } from '@tiptap/pm/model'
import { goneBlocks, type Places, placeOfBlock, placeOfText } from './compare-deletions'
import { type Branch, saidBy } from './compare-tokens'
import type { Edits } from './restoring-edits'
import { contentOf } from './restoring-morph'

/** What is wanted of the older of the places' moments. Tokens that live are never brought. */
export type Wanted = {
  token: (token: number) => boolean
  /** Blocks in which no wanted token is. */
  block: (branch: Branch) => boolean
}

export function bringBack(places: Places, wanted: Wanted, edits: Edits): void {
  const gone = goneBlocks(places)
  const visit = (branch: Branch) => {
    if (gone.has(branch)) return bringBlock(places, branch, wanted, edits)
    if (branch.node.isTextblock) bringText(places, branch, wanted, edits)
    branch.children.forEach(visit)
  }
  visit(places.old.root)
}

function bringBlock(places: Places, branch: Branch, wanted: Wanted, edits: Edits): void {
  const runs: Range[] = []
  const node = remade(places, branch, wanted, runs)
  if (!node) return
  const { pos } = placeOfBlock(places, branch)
  const said = runs.flatMap(([from, to]) => saidBy(places.old, from, to))
  edits.replace(null, pos, pos, Fragment.from(node), said)
}

type Range = [from: number, to: number]

/** A block with what is wanted of it, told in `runs`; a row keeps all its cells. */
function remade(places: Places, branch: Branch, wanted: Wanted, runs: Range[]): Node | null {
  const { node, children } = branch
  if (node.isTextblock) {
    const own = [...wantedRuns(places, branch, wanted)]
    runs.push(...own)
    const content = own.reduce(
      (all, [from, to]) => all.append(contentOf(places.old, from, to)),
      Fragment.empty,
    )
    return content.size > 0 || wanted.block(branch) ? node.copy(content) : null
  }
  const made = children.map((child) => remade(places, child, wanted, runs))
  const found = made.some((child) => child !== null)
  if (!found) return wanted.block(branch) ? node.copy(Fragment.empty) : null
  if (node.type.spec.tableRole !== 'row') return node.copy(Fragment.fromArray(present(made)))
  const cells = made.map((cell, i) => cell ?? emptied(children[i]))
  return node.copy(Fragment.fromArray(present(cells)))
}

const present = (nodes: readonly (Node | null)[]): Node[] => nodes.filter((node) => node !== null)

function emptied(cell: Branch | undefined): Node | null {
  const first = cell?.children[0]
  return cell ? cell.node.copy(first ? Fragment.from(first.node.copy()) : Fragment.empty) : null
}

function bringText(places: Places, block: Branch, wanted: Wanted, edits: Edits): void {
  for (const [from, to] of wantedRuns(places, block, wanted)) {
    const { pos } = placeOfText(places, block, from, to)
    const content = contentOf(places.old, from, to)
    const said = saidBy(places.old, from, to)
    const target = places.now.blockAt(pos)
    edits.replace(target.node.isTextblock ? target : null, pos, pos, content, said)
  }
}

function* wantedRuns({ matching }: Places, { from, to }: Branch, wanted: Wanted): Iterable<Range> {
  for (let token = from; token < to; token++) {
    const first = token
    while (token < to && matching.target[token] === -1 && wanted.token(token)) token++
    if (token > first) yield [first, token]
  }
}
