/**
 * A document in this browser, twice: `base` is what the server has told or receipted, `doc` is that
 * and one's own edits, and is what the editor shows. Remote updates wait here and are applied
 * together, once per animation frame, for y-tiptap rebuilds the whole document each time.
 *
 * Knows seqs and cursors, but neither sockets nor storage.
 */
import * as Y from 'yjs'
import { isCrossed } from './crossing'

/** A type of a Yjs document, as transactions name those they changed. */
export type Shared = Parameters<Y.Transaction['changed']['set']>[0]

export type Arrival = 'taken' | 'old' | 'gap'

/** What a transaction shows: rows of others, and own updates without a receipt when these came. */
export type Heard = { rows: readonly Uint8Array[]; own: readonly Uint8Array[] }

/** In the meta of a transaction: what was heard. */
export const HEARD = 'heard'

export class Replica {
  doc = shown()
  base = shown()
  epoch = 0
  /** The last row that `base` and `doc` hold. */
  cursor = 0
  /** The last row that has come; rows up to it may still wait to be applied. */
  received = 0
  #pending: Uint8Array[] = []
  /** Own updates that were receipted since: who wrote what waits had not heard of them. */
  #settled: Uint8Array[] = []
  /** The document before its log was rewritten, until the new log is here. */
  #former: Y.Doc | null = null
  /** What `base` was told since it began, until `doc` is shown. */
  #told: Uint8Array[] | null = []
  /** What a fresh `doc` was made of besides `base`. */
  #beyond: readonly Uint8Array[] = []
  /** The old document may have brought deletions that the new log lacks: no clock tells of them. */
  brought = false

  /** Whether all that has come is applied. */
  get current(): boolean {
    return this.#pending.length === 0 && !this.renewing
  }

  /** Whether the log was rewritten, and the new one is not here yet. */
  get renewing(): boolean {
    return this.#former !== null
  }

  /** Takes rows first..last. They are seen by nobody before `apply`. */
  take(first: number, last: number, update: Uint8Array): Arrival {
    if (last <= this.received) return 'old'
    if (first > this.received + 1) return 'gap'
    this.received = last
    this.#pending.push(update)
    return 'taken'
  }

  /**
   * Applies what waits to `base`, tells `changed`, and then applies it to `doc`. Answers with it.
   * `unsent`: own updates without a receipt.
   */
  apply(
    origin: unknown,
    changed: (types: Set<Shared>) => void,
    unsent: readonly Uint8Array[],
  ): Uint8Array[] {
    const rows = this.#pending
    if (rows.length === 0) return rows
    const own = [...this.#settled, ...unsent]
    this.#pending = []
    this.#settled = []
    this.cursor = this.received
    changed(this.#extend(rows))
    if (!this.#former) join(this.doc, rows, origin, { rows, own })
    return rows
  }

  #extend(updates: readonly Uint8Array[]): Set<Shared> {
    const changed = new Set<Shared>()
    const note = (transaction: Y.Transaction) => {
      for (const type of transaction.changed.keys()) changed.add(type)
    }
    this.base.on('afterTransaction', note)
    join(this.base, updates)
    this.#told?.push(...updates)
    this.base.off('afterTransaction', note)
    return changed
  }

  /**
   * Applies to `doc` own updates without a receipt that were made elsewhere. `rows`: what they may
   * not have heard of; null: nobody here may write.
   */
  adopt(
    updates: readonly Uint8Array[],
    origin: unknown,
    rows: readonly Uint8Array[] | null = [],
  ): void {
    join(this.doc, updates, origin, rows ? { rows, own: updates } : undefined)
  }

  /**
   * Has `doc` shown. Own updates without a receipt that cross what `base` began with come after that,
   * as what is heard then: only who shows a document can mend it.
   */
  present(own: readonly Uint8Array[], origin: unknown, show: () => void): void {
    const rows = this.#told ?? []
    this.#told = null
    const before = this.#beyond
    if (own.length === 0 || !isCrossed(this.#begun(), before, own)) return show()
    this.replace([])
    show()
    join(this.doc, [...before, ...own], origin, { rows, own })
  }

  /** Begins with what was kept. False, and nothing taken: it is damaged beyond reading. */
  recall(updates: readonly Uint8Array[]): boolean {
    const base = shown()
    try {
      join(base, updates)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      return false
    }
    this.base = base
    this.#told = [...updates]
    return true
  }

  /** Own updates are durable. */
  settle(updates: readonly Uint8Array[]): void {
    if (this.#pending.length > 0) this.#settled.push(...updates)
    join(this.base, updates)
  }

  /** What the old document brought is in the log: all of it, or the first pieces. */
  brings(answers: readonly Uint8Array[], all: boolean): void {
    join(this.base, answers)
    this.brought = !all
  }

  /** The server's log is another than the one we know: begin again, and keep the old text aside. */
  restart(epoch: number): void {
    if (this.cursor > 0) this.#former ??= this.doc
    this.base = shown()
    if (this.#former || this.#told) this.#told = []
    this.epoch = epoch
    this.cursor = this.received = 0
    this.#pending = []
    this.#settled = []
  }

  /**
   * After `restart`, once the new log is here: a fresh `doc` of the new log and of what the old
   * document holds beyond it (own edits; rows that the server lost). False: there was no restart.
   */
  renew(stateVector: Uint8Array): boolean {
    const former = this.#former
    if (!former) return false
    this.#former = null
    this.replace([Y.encodeStateAsUpdate(former, stateVector)])
    this.brought = true
    return true
  }

  /** A fresh `doc` of `base` and these updates, under a new client id. */
  replace(updates: readonly Uint8Array[]): void {
    this.doc = this.#begun()
    join(this.doc, updates)
    this.#beyond = updates
  }

  /** A document of what `base` holds. */
  #begun(): Y.Doc {
    const doc = shown()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.base))
    return doc
  }

  /** Whether `doc` has every struct that a state vector counts. */
  reaches(stateVector: Uint8Array): boolean {
    const own = clocks(this.doc)
    return [...Y.decodeStateVector(stateVector)].every(([id, clock]) => (own.get(id) ?? 0) >= clock)
  }

  /** Whether `doc` may have something beyond a state vector and these updates. */
  exceeds(stateVector: Uint8Array, updates: readonly Uint8Array[]): boolean {
    if (this.brought) return true
    const known = Y.decodeStateVector(stateVector)
    for (const update of updates) {
      for (const [id, clock] of Y.parseUpdateMeta(update).to) {
        known.set(id, Math.max(known.get(id) ?? 0, clock))
      }
    }
    return [...clocks(this.doc)].some(([id, clock]) => clock > (known.get(id) ?? 0))
  }
}

const NEEDED = [Y.ContentType, Y.ContentFormat, Y.ContentBinary]

/**
 * What others write into a text that was taken away here can be read only while Yjs knows that text and its
 * styles; and which letters say others again only while it knows what declares so.
 */
export function shown(): Y.Doc {
  const isNeeded = ({ content }: Y.Item) => NEEDED.some((kind) => content instanceof kind)
  return new Y.Doc({ gcFilter: (item) => !isNeeded(item) })
}

/** Applies updates in one transaction, so that observers are called once. */
function join(doc: Y.Doc, updates: readonly Uint8Array[], origin?: unknown, heard?: Heard): void {
  doc.transact(({ meta }) => {
    if (heard) meta.set(HEARD, heard)
    for (const update of updates) Y.applyUpdate(doc, update, origin)
  }, origin)
}

function clocks(doc: Y.Doc): Map<number, number> {
  return Y.decodeStateVector(Y.encodeStateVector(doc))
}
