/** What this browser has to say and the server has not stored: kept in order until it has, by key. */
import type { Frame, Message, UnsaidReason } from '../wire/frames'

export type Saying = Extract<Frame, { type: 'Say' | 'Unsay' }>

/** `at`: ms by this browser's clock. `reason`: why the server did not store it, when it said so. */
export type Unsaid = { key: string; text: string; at: number; reason: UnsaidReason | null }

export class Outgoing {
  #unsaid: Unsaid[] = []
  /** Messages that are being taken back. */
  readonly #removing = new Set<number>()

  constructor(readonly self: number) {}

  get unsaid(): readonly Unsaid[] {
    return this.#unsaid
  }

  /** How much would be lost with this page. */
  get size(): number {
    return this.#unsaid.length + this.#removing.size
  }

  isRemoving(number: number): boolean {
    return this.#removing.has(number)
  }

  say(key: string, text: string, at: number): Saying {
    this.#unsaid.push({ key, text, at, reason: null })
    return { type: 'Say', key, text }
  }

  remove(number: number): Saying {
    this.#removing.add(number)
    return { type: 'Unsay', number }
  }

  /** It was not taken back after all. */
  keep(number: number): void {
    this.#removing.delete(number)
  }

  /** Nothing is: numbers do not mean what they meant. */
  keepAll(): void {
    this.#removing.clear()
  }

  /** A stored message is the receipt of what has its key, when it is one's own. */
  heard({ by, key, removes }: Message): void {
    if (removes !== null) this.#removing.delete(removes)
    else if (by?.id === this.self) this.discard(key)
  }

  /** The server says why it did not store something. */
  refused(key: string, reason: UnsaidReason): void {
    this.#unsaid = this.#unsaid.map((one) => (one.key === key ? { ...one, reason } : one))
  }

  /** To be sent once more, under the same key; null where it is stored by now. */
  again(key: string): Saying | null {
    const one = this.#unsaid.find((one) => one.key === key)
    if (!one) return null
    this.#unsaid = this.#unsaid.map((one) => (one.key === key ? { ...one, reason: null } : one))
    return { type: 'Say', key, text: one.text }
  }

  discard(key: string): void {
    this.#unsaid = this.#unsaid.filter((one) => one.key !== key)
  }

  /** All that a new connection has to be told, in order: what the server may have stored unheard, too. */
  *anew(): Generator<Saying> {
    for (const { key, reason } of this.#unsaid) {
      const frame = reason === null || reason === 'later' ? this.again(key) : null
      if (frame) yield frame
    }
    for (const number of this.#removing) yield { type: 'Unsay', number }
  }
}
