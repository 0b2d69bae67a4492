/**
 * A moment as a row of tokens (characters, and leaves that stand among them) in a tree of blocks; for
 * every token under which id it was first said, and when.
 *
 * Knows one moment only.
 */
import type { Node } from '@tiptap/pm/model'
import { type Columns, NEVER, type Stretch } from './columns'
import type { Element, Moment, Run } from './past'

/** A block: its tokens are those from `from` until before `to`. The root stands at -1. */
export type Branch = {
  element: Element | null
  node: Node
  pos: number
  parent: Branch | null
  children: Branch[]
  from: number
  to: number
}

export class Tokens {
  readonly length: number
  readonly pos: Uint32Array
  readonly client: Float64Array
  readonly clock: Uint32Array
  /** The id under which the token was first said. */
  readonly firstClient: Float64Array
  readonly firstClock: Uint32Array
  /** The seq at which it was first said; NEVER: nobody has told yet. */
  readonly born: Float64Array
  /** The run that a character is in; -1 for a leaf. */
  readonly run: Int32Array
  /** The index of the innermost of `branches` that a token is in. */
  readonly block: Int32Array
  readonly leaves = new Map<number, Element>()
  /** The root, and all blocks in the order of the document. */
  readonly branches: readonly Branch[]
  readonly root: Branch

  constructor(
    readonly moment: Moment,
    columns: Columns,
  ) {
    const leaves = moment.elements.filter(({ node }) => node.isInline)
    const { runs } = moment
    this.length = leaves.length + runs.reduce((sum, { length }) => sum + length, 0)
    this.pos = new Uint32Array(this.length)
    this.client = new Float64Array(this.length)
    this.clock = new Uint32Array(this.length)
    this.firstClient = new Float64Array(this.length)
    this.firstClock = new Uint32Array(this.length)
    this.born = new Float64Array(this.length)
    this.run = new Int32Array(this.length).fill(-1)
    this.block = new Int32Array(this.length)
    let token = 0
    let leaf = 0
    for (const [index, run] of runs.entries()) {
      for (; (leaves[leaf]?.pos ?? NEVER) < run.pos; leaf++)
        this.#leaf(leaves[leaf], token++, columns)
      this.#fill(run, index, token, columns)
      token += run.length
    }
    for (; leaf < leaves.length; leaf++) this.#leaf(leaves[leaf], token++, columns)
    this.root = rootOf(moment.doc, this.length)
    this.branches = this.#grow()
  }

  blockOf(token: number): Branch {
    return this.branches[this.block[token] ?? 0] ?? this.root
  }

  runOf(token: number): Run | undefined {
    return this.moment.runs[this.run[token] ?? -1]
  }

  /** The token that stands at or behind a position. */
  at(pos: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.pos[middle] ?? 0) < pos) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The innermost block around a position. */
  blockAt(pos: number): Branch {
    const index = this.branches.findLastIndex((branch) => branch.pos < pos)
    let branch: Branch | null = this.branches[index] ?? this.root
    while (branch?.parent && endOf(branch) <= pos) branch = branch.parent
    return branch ?? this.root
  }

  #leaf(leaf: Element | undefined, token: number, columns: Columns): void {
    if (!leaf) return
    const { pos, client, clock } = leaf
    this.pos[token] = pos
    this.client[token] = this.firstClient[token] = client
    this.clock[token] = this.firstClock[token] = clock
    this.born[token] = columns.birth(client, clock)
    this.leaves.set(token, leaf)
  }

  #fill(run: Run, index: number, token: number, columns: Columns): void {
    const { pos, client, clock, length } = run
    for (let k = 0; k < length; k++) {
      this.pos[token + k] = pos + k
      this.client[token + k] = client
      this.clock[token + k] = clock + k
      this.run[token + k] = index
    }
    for (const first of columns.firstsOf(run)) {
      const births = columns.birthsOf(first)
      for (let k = 0; k < first.length; k++) {
        this.firstClient[token] = first.client
        this.firstClock[token] = first.clock + k
        this.born[token] = births[k] ?? NEVER
        token++
      }
    }
  }

  #grow(): Branch[] {
    const { root } = this
    const branches = [root]
    const open = [root]
    for (const element of this.moment.elements) {
      const { pos, node } = element
      if (node.isInline) continue
      while (endOf(open.at(-1) ?? root) <= pos && open.length > 1) open.pop()
      const parent = open.at(-1) ?? root
      const to = this.at(pos + node.nodeSize)
      const branch = { element, node, pos, parent, children: [], from: this.at(pos), to }
      this.block.fill(branches.length, branch.from, branch.to)
      parent.children.push(branch)
      branches.push(branch)
      open.push(branch)
    }
    return branches
  }
}

const rootOf = (node: Node, to: number): Branch => {
  return { element: null, node, pos: -1, parent: null, children: [], from: 0, to }
}

/** The position behind a block. */
export const endOf = ({ pos, node }: Branch): number => pos + node.nodeSize

/** Under which ids the characters among some tokens stood, in their order. */
export function saidBy({ run, client, clock }: Tokens, from: number, to: number): Stretch[] {
  const said: Stretch[] = []
  for (let token = from; token < to; token++) {
    if (run[token] === -1) continue
    const id = { client: client[token] ?? 0, clock: clock[token] ?? 0 }
    const last = said.at(-1)
    if (last?.client === id.client && last.clock + last.length === id.clock) last.length++
    else said.push({ ...id, length: 1 })
  }
  return said
}
