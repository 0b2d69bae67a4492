/**
 * What this browser keeps of one document, seen from the page: reading it when the page opens, taking
 * over what closed tabs left, and writing without waiting. Without storage everything still works,
 * and `kept` is false.
 */
import * as Y from 'yjs'
import { Copy, type Entry, type Kept, type Mark, whereAllowed } from './copy'
import type { Role } from './frames'
import { Tab } from './tabs'

const COMPACT_ABOVE = 200

export class Keeping {
  /** False once the browser refused to store something. */
  kept = false
  readonly tab: Tab
  /** Entries of the outbox that are being stored, and that a reload now would lose. */
  storing = 0
  #copy: Copy | null = null

  constructor(
    readonly user: number,
    readonly document: string,
    readonly changed: () => void,
  ) {
    this.tab = new Tab(document)
  }

  /** Opens the storage. Null: there is none (a private window, a full disk). */
  async open(): Promise<Kept | null> {
    await this.tab.enter()
    return whereAllowed(null, async () => {
      this.#copy = await Copy.of(this.user, this.document)
      const kept = await this.#copy.read()
      this.kept = true
      return kept
    })
  }

  /** Squeezes a long pool into one update. */
  squeeze({ pool }: Kept, base: Y.Doc): void {
    if (pool.length <= COMPACT_ABOVE) return
    const ids = pool.map(({ id }) => id)
    this.#write((copy) => copy.compact(ids, Y.encodeStateAsUpdate(base)))
  }

  /** Calls `adopt` with what each closed tab left in its outbox; its answer takes their place. */
  adopt(outbox: Entry[], adopt: (orphaned: Entry[]) => Entry[]): Promise<void> {
    return this.tab.orphans(outbox, async (entries) => {
      await this.#copy?.replace(entries, adopt(entries))
    })
  }

  /** The same, for tabs that were closed since; tells also what all tabs have heard. */
  adoptLate(adopt: (orphaned: Entry[], pool: Uint8Array[]) => Entry[]): void {
    this.#write(async (copy) => {
      const { outbox, pool } = await copy.read()
      const heard = pool.map(({ update }) => update)
      await this.adopt(outbox, (orphaned) => adopt(orphaned, heard))
    })
  }

  keep(entries: readonly Entry[]): void {
    this.#write(async (copy) => {
      this.storing += entries.length
      try {
        await copy.replace([], entries)
      } finally {
        this.storing -= entries.length
        this.changed()
      }
    })
  }

  /** Forgets entries of the outbox, wherever they would have gone. */
  drop(entries: readonly Entry[]): void {
    this.#write((copy) => copy.replace(entries, []))
  }

  settle(entries: readonly Entry[], mark: Mark): void {
    this.#write((copy) => copy.settle(entries, mark))
  }

  extend(first: number, updates: readonly Uint8Array[], mark: Mark): void {
    this.#write((copy) => copy.extend(first, updates, mark))
  }

  mend(base: Y.Doc, mark: Mark): void {
    this.#write((copy) => copy.mend(Y.encodeStateAsUpdate(base), mark))
  }

  rebase(base: Y.Doc, mark: Mark): void {
    this.#write((copy) => copy.rebase(Y.encodeStateAsUpdate(base), mark))
  }

  role(role: Role): void {
    this.#write((copy) => copy.mark(role))
  }

  discard(): void {
    this.#write((copy) => copy.discard())
  }

  close(): void {
    this.tab.leave()
    this.#copy?.close()
    this.#copy = null
  }

  #write(write: (copy: Copy) => Promise<void>): void {
    if (!this.#copy) return
    write(this.#copy).catch(() => {
      this.kept = false
      this.changed()
    })
  }
}
