/**
 * What this browser keeps of documents: per user one IndexedDB database, per document the rows that
 * it has seen (as a pool of updates with the cursor they reach) and, per tab, the outbox.
 *
 * The pool holds every row up to the cursor except what still waits in some tab's outbox, so pool and
 * outboxes together are the document. Pools are sets of idempotent updates: several tabs may add to
 * one. Knows updates as bytes, and nothing of sockets.
 */
import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import type { Role } from './frames'

export type Mark = { epoch: number; cursor: number; role: Role }
export type Entry = { tab: string; n: number; update: Uint8Array }
export type Pooled = { id: number; update: Uint8Array }
export type Kept = { mark: Mark | null; pool: Pooled[]; outbox: Entry[] }

interface Schema extends DBSchema {
  copies: { key: string; value: Mark & { document: string } }
  pool: {
    key: number
    value: { id?: number; document: string; update: Uint8Array }
    indexes: { document: string }
  }
  outbox: {
    key: [string, string, number]
    value: Entry & { document: string }
  }
}

const PREFIX = 'palimpsest-'

/** The name of a user's database. */
export const databaseOf = (user: number): string => `${PREFIX}${user}`

/** The users of whom this browser keeps something. */
async function users(): Promise<number[]> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '')
  const ours = names.filter((name) => name.startsWith(PREFIX))
  return ours.map((name) => Number(name.slice(PREFIX.length)))
}

/** Deletes every local copy of every user of this browser. */
export function forget(): Promise<void> {
  return whereAllowed(undefined, async () => {
    await Promise.all((await users()).map((user) => deleteDB(databaseOf(user))))
  })
}

/** How many edits of any user wait in any outbox on this device. */
export function unsent(): Promise<number> {
  return whereAllowed(0, async () => {
    const counts = await Promise.all((await users()).map(unsentOf))
    return counts.reduce((sum, count) => sum + count, 0)
  })
}

function unsentOf(user: number): Promise<number> {
  return reading(user, (db) => db.count('outbox'))
}

/** The tabs of a user's outboxes, a tab for each edit that waits, by document. */
export async function waiting(user: number): Promise<Map<string, { tab: string }[]>> {
  const found = new Map<string, { tab: string }[]>()
  if (!(await users()).includes(user)) return found
  for (const [document, tab] of await reading(user, (db) => db.getAllKeys('outbox'))) {
    const there = found.get(document)
    if (there) there.push({ tab })
    else found.set(document, [{ tab }])
  }
  return found
}

/** What `read` finds in a user's database, which is closed then, whatever happens. */
async function reading<T>(
  user: number,
  read: (db: IDBPDatabase<Schema>) => Promise<T>,
): Promise<T> {
  const db = await open(user)
  try {
    return await read(db)
  } finally {
    db.close()
  }
}

/** What `use` answers; `nothing` in a browser that allows no storage (a private window). */
export async function whereAllowed<T>(nothing: T, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (!(error instanceof DOMException)) throw error
    return nothing
  }
}

function open(user: number): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(databaseOf(user), 1, {
    upgrade(db) {
      db.createObjectStore('copies', { keyPath: 'document' })
      const pool = db.createObjectStore('pool', { keyPath: 'id', autoIncrement: true })
      pool.createIndex('document', 'document')
      db.createObjectStore('outbox', { keyPath: ['document', 'tab', 'n'] })
    },
    blocking(_current, _blocked, event) {
      // Another tab logs out: let the database be deleted.
      ;(event.target as IDBDatabase).close()
    },
  })
}

export class Copy {
  private constructor(
    readonly db: IDBPDatabase<Schema>,
    readonly document: string,
  ) {}

  /** Opens a user's copy of a document. Rejects when the browser allows no storage. */
  static async of(user: number, document: string): Promise<Copy> {
    return new Copy(await open(user), document)
  }

  /** Everything that is kept of the document; the outbox in the order of the tabs that wrote it. */
  async read(): Promise<Kept> {
    const tx = this.db.transaction(['copies', 'pool', 'outbox'])
    const [mark, pool, outbox] = await Promise.all([
      tx.objectStore('copies').get(this.document),
      tx.objectStore('pool').index('document').getAll(this.document),
      tx.objectStore('outbox').getAll(this.#entries()),
      tx.done,
    ])
    const pooled = pool.map(({ id = 0, update }) => ({ id, update }))
    return { mark: mark ?? null, pool: pooled, outbox }
  }

  /** Keeps entries of the outbox, in the place of `old` ones, at once. */
  async replace(old: readonly Entry[], fresh: readonly Entry[]): Promise<void> {
    const tx = this.db.transaction('outbox', 'readwrite')
    const dropped = old.map(({ tab, n }) => tx.store.delete([this.document, tab, n]))
    const kept = fresh.map((entry) => tx.store.put({ ...entry, document: this.document }))
    // Else a page that is reloaded now would take the last words along.
    tx.commit()
    await Promise.all([...dropped, ...kept, tx.done])
  }

  /** These updates of one's own are durable: they move from the outbox to the pool, at once. */
  async settle(entries: readonly Entry[], mark: Mark): Promise<void> {
    const tx = this.db.transaction(['copies', 'pool', 'outbox'], 'readwrite')
    const stored = await tx.objectStore('copies').get(this.document)
    const outbox = tx.objectStore('outbox')
    const writes: Promise<unknown>[] = entries.map(({ tab, n }) =>
      outbox.delete([this.document, tab, n]),
    )
    if (!stored || stored.epoch === mark.epoch) {
      const pool = tx.objectStore('pool')
      writes.push(...entries.map(({ update }) => pool.add({ document: this.document, update })))
    }
    await Promise.all([...writes, tx.done])
  }

  /** Rows `first` to `mark.cursor` have come as `updates`. Another tab may have been quicker. */
  async extend(first: number, updates: readonly Uint8Array[], mark: Mark): Promise<void> {
    const tx = this.db.transaction(['copies', 'pool'], 'readwrite')
    const copies = tx.objectStore('copies')
    const stored = await copies.get(this.document)
    const joins = stored ? stored.epoch === mark.epoch && stored.cursor >= first - 1 : first <= 1
    if (joins && (stored?.cursor ?? 0) < mark.cursor) {
      await copies.put({ ...mark, document: this.document })
      const pool = tx.objectStore('pool')
      await Promise.all(updates.map((update) => pool.add({ document: this.document, update })))
    }
    await tx.done
  }

  /** The right to the document changed. */
  async mark(role: Role): Promise<void> {
    const tx = this.db.transaction('copies', 'readwrite')
    const stored = await tx.store.get(this.document)
    if (stored && stored.role !== role) await tx.store.put({ ...stored, role })
    await tx.done
  }

  /** The log was rewritten: `update` alone is the pool now, unless another tab was quicker. */
  async rebase(update: Uint8Array, mark: Mark): Promise<void> {
    const tx = this.db.transaction(['copies', 'pool'], 'readwrite')
    const copies = tx.objectStore('copies')
    const stored = await copies.get(this.document)
    if (stored?.epoch !== mark.epoch) {
      const pool = tx.objectStore('pool')
      const old = await pool.index('document').getAllKeys(this.document)
      await Promise.all(old.map((key) => pool.delete(key)))
      await pool.add({ document: this.document, update })
      await copies.put({ ...mark, document: this.document })
    }
    await tx.done
  }

  /** The pool lacked rows below its cursor; `update` holds all rows up to that of `mark`. */
  async mend(update: Uint8Array, mark: Mark): Promise<void> {
    const tx = this.db.transaction(['copies', 'pool'], 'readwrite')
    const stored = await tx.objectStore('copies').get(this.document)
    if (stored?.epoch === mark.epoch) {
      await tx.objectStore('pool').add({ document: this.document, update })
    }
    await tx.done
  }

  /** Puts one update in the place of those that it was made of. */
  async compact(ids: readonly number[], update: Uint8Array): Promise<void> {
    const tx = this.db.transaction('pool', 'readwrite')
    const dropped = ids.map((id) => tx.store.delete(id))
    await Promise.all([...dropped, tx.store.add({ document: this.document, update }), tx.done])
  }

  /** Forgets the document's rows (it is gone, or one's right to it), but no unsent edit. */
  async discard(): Promise<void> {
    const tx = this.db.transaction(['copies', 'pool'], 'readwrite')
    const pool = tx.objectStore('pool')
    const old = await pool.index('document').getAllKeys(this.document)
    const writes = old.map((key) => pool.delete(key))
    await Promise.all([...writes, tx.objectStore('copies').delete(this.document), tx.done])
  }

  close(): void {
    this.db.close()
  }

  #entries(): IDBKeyRange {
    return IDBKeyRange.bound([this.document], [this.document, []])
  }
}
