/**
 * Which token and which block of an old moment a newer one still holds, whatever ids they have now.
 *
 * A character is the same when it was first said under the same id. A block is the same when it has its
 * id and its text is not elsewhere, or else when most of its characters (or of its blocks) come from one that is gone: a toggled
 * heading. What holds nothing to tell it by is the same when it stands in the same place.
 */

import type { Id } from './columns'
import type { Branch, Tokens } from './compare-tokens'

const NOWHERE = -1

export class Matching {
  /** For every token of the old moment its token in the new one, or -1; `origin` is the way back. */
  readonly target: Int32Array
  readonly origin: Int32Array
  readonly #targets = new Map<Branch, Branch>()
  readonly #origins = new Map<Branch, Branch>()
  #left: ReturnType<typeof leftAround> | null = null

  constructor(
    readonly old: Tokens,
    readonly now: Tokens,
  ) {
    this.target = new Int32Array(old.length).fill(NOWHERE)
    this.origin = new Int32Array(now.length).fill(NOWHERE)
    this.#pairTokens()
    this.#pairLeaves()
    this.#pair(old.root, now.root)
    this.#pairById()
    this.#pairByText()
    this.#pairByPlace(old.root)
  }

  /** The same block in the new moment. */
  targetOf(branch: Branch): Branch | undefined {
    return this.#targets.get(branch)
  }

  /** The same block in the old moment. */
  originOf(branch: Branch): Branch | undefined {
    return this.#origins.get(branch)
  }

  /** Whether a token that was in an old block is still somewhere. */
  survives({ from, to }: Branch): boolean {
    return this.target.subarray(from, to).some((token) => token !== NOWHERE)
  }

  /** Whether a token of a new block was there before. */
  inherits({ from, to }: Branch): boolean {
    return this.origin.subarray(from, to).some((token) => token !== NOWHERE)
  }

  /** The last token of the old moment before `token` that is left, and the first from it on; or -1. */
  around(token: number): [before: number, after: number] {
    this.#left ??= leftAround(this.target)
    return [this.#left.before[token] ?? NOWHERE, this.#left.after[token] ?? NOWHERE]
  }

  #pair(old: Branch, now: Branch): void {
    this.#targets.set(old, now)
    this.#origins.set(now, old)
  }

  /** Of several copies of one text each is paired with itself, and what is left in its order. */
  #pairTokens(): void {
    const { old, now } = this
    const places = placesOf(old)
    const copies = new Int32Array(old.length).fill(NOWHERE)
    for (let token = old.length - 1; token >= 0; token--) {
      const ofClient = places.get(old.firstClient[token] ?? 0)
      const clock = old.firstClock[token] ?? 0
      if (!ofClient) continue
      copies[token] = ofClient[clock] ?? NOWHERE
      ofClient[clock] = token
    }
    const isItself = (from: number, token: number) =>
      old.clock[from] === now.clock[token] && old.client[from] === now.client[token]
    for (const isSame of [isItself, () => true]) {
      for (let token = 0; token < now.length; token++) {
        if (this.origin[token] !== NOWHERE) continue
        let from = places.get(now.firstClient[token] ?? 0)?.[now.firstClock[token] ?? 0] ?? NOWHERE
        const isFree = (from: number) => this.target[from] === NOWHERE && isSame(from, token)
        while (from !== NOWHERE && !isFree(from)) from = copies[from] ?? NOWHERE
        if (from === NOWHERE) continue
        this.origin[token] = from
        this.target[from] = token
      }
    }
  }

  /** A break that was made again with the text around it has another id, and no carry. */
  #pairLeaves(): void {
    const { old, now, origin } = this
    for (const [token, { node }] of now.leaves) {
      if (origin[token] !== NOWHERE) continue
      const left = token > 0 ? (origin[token - 1] ?? NOWHERE) : NOWHERE
      const right = origin[token + 1] ?? NOWHERE
      const from = left !== NOWHERE ? left + 1 : right === NOWHERE ? NOWHERE : right - 1
      const leaf = old.leaves.get(from)
      if (leaf?.node.type !== node.type || this.target[from] !== NOWHERE) continue
      origin[token] = from
      this.target[from] = token
    }
  }

  #pairById(): void {
    const byId = new Map<string, Branch>()
    for (const branch of this.old.branches) {
      if (branch.element) byId.set(keyOf(branch.element), branch)
    }
    for (const branch of this.now.branches) {
      const same = branch.element && byId.get(keyOf(branch.element))
      if (same && !this.#areApart(same, branch)) this.#pair(same, branch)
    }
  }

  /**
   * Whether what one of two texts said is elsewhere: who presses Enter at a beginning, or Backspace
   * behind an empty text, leaves one id with what is new, or gone.
   */
  #areApart(old: Branch, now: Branch): boolean {
    if (!now.node.isTextblock || !(this.survives(old) || this.inherits(now))) return false
    const common = this.target.subarray(old.from, old.to)
    return !common.some((token) => token >= now.from && token < now.to)
  }

  /** From the innermost blocks to the outermost. */
  #pairByText(): void {
    for (const branch of this.now.branches.toReversed()) {
      if (this.#origins.has(branch)) continue
      const votes = new Map<Branch, number>()
      for (const [candidate, weight] of this.#candidates(branch)) {
        if (this.#targets.has(candidate)) continue
        votes.set(candidate, (votes.get(candidate) ?? 0) + weight)
      }
      const [best] = [...votes].sort(([, a], [, b]) => b - a)
      if (best) this.#pair(best[0], branch)
    }
  }

  *#candidates(branch: Branch): Iterable<[Branch, number]> {
    if (branch.node.isTextblock) {
      for (let token = branch.from; token < branch.to; token++) {
        const from = this.origin[token] ?? NOWHERE
        if (from !== NOWHERE) yield [this.old.blockOf(from), 1]
      }
      return
    }
    for (const child of branch.children) {
      const parent = this.#origins.get(child)?.parent
      if (parent?.node.type === branch.node.type) yield [parent, 1]
    }
  }

  /** Between two pairs of siblings, what says nothing is paired in its order. */
  #pairByPlace(old: Branch): void {
    const now = this.#targets.get(old)
    if (now) {
      let waiting: Branch[] = []
      let after = -1
      for (const child of old.children) {
        const target = this.#targets.get(child)
        if (!target) {
          if (isSilent(child)) waiting.push(child)
          continue
        }
        if (target.parent !== now) continue
        const place = now.children.indexOf(target)
        if (place > after) this.#pairSilent(waiting, now.children.slice(after + 1, place))
        after = place
        waiting = []
      }
      this.#pairSilent(waiting, now.children.slice(after + 1))
    }
    for (const child of old.children) this.#pairByPlace(child)
  }

  #pairSilent(old: readonly Branch[], now: readonly Branch[]): void {
    const free = now.filter((branch) => isSilent(branch) && !this.#origins.has(branch))
    for (const branch of old) {
      const index = free.findIndex(({ node }) => node.type === branch.node.type)
      const [same] = index >= 0 ? free.splice(0, index + 1).slice(-1) : []
      if (same) this.#pair(branch, same)
    }
  }
}

function leftAround(target: Int32Array) {
  const before = new Int32Array(target.length + 1).fill(NOWHERE)
  const after = new Int32Array(target.length + 1).fill(NOWHERE)
  for (let token = 0; token < target.length; token++) {
    before[token + 1] = target[token] === NOWHERE ? (before[token] ?? NOWHERE) : token
  }
  for (let token = target.length - 1; token >= 0; token--) {
    after[token] = target[token] === NOWHERE ? (after[token + 1] ?? NOWHERE) : token
  }
  return { before, after }
}

/** Also a block of nothing but such: an empty cell. */
const isSilent = ({ from, to, children }: Branch): boolean =>
  from === to && children.every(isSilent)

const keyOf = ({ client, clock }: Id): string => `${client}:${clock}`

/** Per client a place for every clock: a client's clocks have no gaps, so a log bounds them. */
function placesOf({ length, firstClient, firstClock }: Tokens): Map<number, Int32Array> {
  const highest = new Map<number, number>()
  for (let token = 0; token < length; token++) {
    const client = firstClient[token] ?? 0
    const clock = firstClock[token] ?? 0
    if (clock >= (highest.get(client) ?? 0)) highest.set(client, clock + 1)
  }
  const places = new Map<number, Int32Array>()
  for (const [client, end] of highest) places.set(client, new Int32Array(end).fill(NOWHERE))
  return places
}
