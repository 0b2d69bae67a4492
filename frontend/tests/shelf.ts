/** Stands in for what a browser keeps in IndexedDB, and has it at once. */
import type { Copy, Entry, Kept, Mark } from '../src/wire/copy'

/** What devices keep, by user. */
const shelves = new Map<number, Shelf>()

export class Shelf implements Pick<Copy, keyof Copy> {
  readonly db = null as never
  readonly document = ''
  #mark: Mark | null = null
  #pool: Uint8Array[] = []
  #outbox: Entry[] = []

  static of(user: number): Promise<Shelf> {
    const found = shelves.get(user) ?? new Shelf()
    shelves.set(user, found)
    return Promise.resolve(found)
  }

  static clear(user: number): void {
    shelves.delete(user)
  }

  async read(): Promise<Kept> {
    const pool = this.#pool.map((update, id) => ({ id, update }))
    return { mark: this.#mark, pool, outbox: [...this.#outbox] }
  }

  async replace(old: readonly Entry[], fresh: readonly Entry[]): Promise<void> {
    const isSame = (one: Entry) => (other: Entry) => one.tab === other.tab && one.n === other.n
    for (const entry of [...old, ...fresh]) {
      this.#outbox = this.#outbox.filter((one) => !isSame(entry)(one))
    }
    this.#outbox.push(...fresh)
  }

  async settle(entries: readonly Entry[], mark: Mark): Promise<void> {
    await this.replace(entries, [])
    if (!this.#mark || this.#mark.epoch === mark.epoch) {
      this.#pool.push(...entries.map(({ update }) => update))
    }
  }

  async extend(first: number, updates: readonly Uint8Array[], mark: Mark): Promise<void> {
    const cursor = this.#mark?.cursor ?? 0
    if (cursor < first - 1 || cursor >= mark.cursor) return
    this.#mark = mark
    this.#pool.push(...updates)
  }

  async mark(): Promise<void> {}

  async mend(update: Uint8Array): Promise<void> {
    this.#pool.push(update)
  }

  async rebase(update: Uint8Array, mark: Mark): Promise<void> {
    this.#pool = [update]
    this.#mark = mark
  }

  async compact(ids: readonly number[], update: Uint8Array): Promise<void> {
    this.#pool = [...this.#pool.filter((_, id) => !ids.includes(id)), update]
  }

  async discard(): Promise<void> {
    this.#pool = []
    this.#mark = null
  }

  close(): void {}
}
