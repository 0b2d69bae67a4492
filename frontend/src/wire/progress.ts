/**
 * How far this browser is behind the server: the head that it was told, the rows that are missing, and
 * whether equal clocks have been proven since the connection was opened.
 */

const PATIENCE = 3_000

export class Progress {
  head = 0
  /** The last Head's state vector, until a document has reached it. */
  proof: Uint8Array | null = null
  proven = false
  /** All was fetched again, once on this connection, because clocks did not fit the cursor. */
  healed = false
  #gap: ReturnType<typeof setTimeout> | undefined

  /** `missing` is called when rows below the head were promised and have not come. */
  constructor(
    readonly received: () => number,
    readonly missing: () => void,
  ) {}

  /** The server's log reaches `head`. */
  told(head: number): void {
    this.head = Math.max(this.head, head)
    if (this.received() >= this.head) this.#rest()
    else this.#gap ??= setTimeout(() => this.#ask(), PATIENCE)
  }

  /** A new log, or a new connection to it. */
  welcomed(head: number): void {
    this.head = head
  }

  challenged(proof: Uint8Array): void {
    this.proof = proof
    this.proven = false
  }

  /** The connection is gone, and with it every promise. */
  lost(): void {
    this.#rest()
    this.proof = null
    this.proven = this.healed = false
  }

  #rest(): void {
    clearTimeout(this.#gap)
    this.#gap = undefined
  }

  #ask(): void {
    this.#gap = undefined
    if (this.received() >= this.head) return
    this.missing()
    this.told(this.head)
  }
}
