/**
 * One tab's own updates that have no receipt yet, in order, and which frame of the present connection
 * each was sent as. Knows nothing of documents: an update is bytes.
 */
import type { Copy, Entry, Mark } from './copy'

export class Outbox {
  entries: Entry[] = []
  /** False once the browser refused to store an entry: it then lives in this page only. */
  kept = true
  #next = 1
  /** What the frames of this connection were, from the first without a receipt on. */
  #sent: (Entry | null)[] = []
  #settled = 0

  constructor(
    readonly tab: string,
    readonly copy: Copy | null,
    readonly failed: () => void,
  ) {
    this.kept = copy !== null
  }

  get size(): number {
    return this.entries.length
  }

  /** Keeps an update until it is durable. */
  add(update: Uint8Array): Entry {
    const entry = { tab: this.tab, n: this.#next++, update }
    this.entries.push(entry)
    this.#store(this.copy?.keep(entry))
    return entry
  }

  /** Takes over what a closed tab left. */
  async adopt(copy: Copy, entries: readonly Entry[]): Promise<Entry[]> {
    const first = this.#next
    this.#next += entries.length
    const adopted = await copy.adopt(entries, this.tab, first)
    this.entries.push(...adopted)
    this.entries.sort((a, b) => a.n - b.n)
    return adopted
  }

  /** A new connection counts its frames anew. */
  connected(): void {
    this.#sent = []
    this.#settled = 0
  }

  /** A frame with an update has been sent: that of an entry, or a Step2. */
  sent(entry: Entry | null): void {
    this.#sent.push(entry)
  }

  /** The entry that was sent as a frame of this connection and has no receipt yet. */
  frame(n: number): Entry | null {
    return this.#sent[n - this.#settled - 1] ?? null
  }

  /** What was not sent on this connection. */
  get waiting(): Entry[] {
    const sent = new Set(this.#sent)
    return this.entries.filter((entry) => !sent.has(entry))
  }

  /** The first `durable` frames of this connection are settled; answers with what they held. */
  receipt(durable: number, mark: Mark): Entry[] {
    const settled = this.#sent.splice(0, Math.max(0, durable - this.#settled))
    this.#settled = Math.max(this.#settled, durable)
    const done = new Set(settled)
    const entries = this.entries.filter((entry) => done.has(entry))
    if (entries.length === 0) return []
    this.entries = this.entries.filter((entry) => !done.has(entry))
    this.#store(this.copy?.settle(entries, mark))
    return entries
  }

  /** Puts other updates in the place of all that waits. */
  rewrite(updates: readonly Uint8Array[]): void {
    const old = this.entries
    this.entries = updates.map((update) => ({ tab: this.tab, n: this.#next++, update }))
    this.#store(this.copy?.replace(old, this.entries))
  }

  #store(write: Promise<void> | undefined): void {
    write?.catch(() => {
      this.kept = false
      this.failed()
    })
  }
}
