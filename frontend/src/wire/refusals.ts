/**
 * What the server would not take of the outbox: updates that it refused, and a client id of ours that
 * turned out to be somebody else's. Both are mended on the next connection, before the outbox goes out.
 */
import { withOtherClient, withoutContent } from './rewrite'

export class Refusals {
  #taken: number | null = null
  readonly #updates = new Set<Uint8Array>()

  /** Whether something waits to be mended. */
  get any(): boolean {
    return this.#taken !== null || this.#updates.size > 0
  }

  refused(update: Uint8Array): void {
    this.#updates.add(update)
  }

  taken(client: number): void {
    this.#taken = client
  }

  /** The updates with what was refused emptied, and what is somebody else's renamed. */
  mended(updates: readonly Uint8Array[]): Uint8Array[] {
    const kept = withoutContent(updates, this.#updates)
    const mended = this.#taken === null ? kept : withOtherClient(kept, this.#taken)
    this.#taken = null
    this.#updates.clear()
    return mended
  }
}
