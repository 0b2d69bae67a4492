/**
 * What was said in a document's chat, as far as it is known here: one stretch of numbers without a
 * gap, up to the last. Knows nothing of the wire, nor of what is still to be said.
 */
import type { Message } from '../wire/frames'

export class Transcript {
  #messages: Message[] = []
  readonly #removals = new Map<number, Message>()
  #last: number | null = null

  /** The number of the last message, 0 where there is none; null until the server was asked. */
  get last(): number | null {
    return this.#last
  }

  /** The number of the first message that is known here; null where none is. */
  get first(): number | null {
    return this.#messages[0]?.number ?? null
  }

  get hasEarlier(): boolean {
    return (this.first ?? 1) > 1
  }

  /** What people said, in order; what was taken back has no words any more. */
  get said(): readonly Message[] {
    return this.#messages.filter(({ removes }) => removes === null)
  }

  /** The entry that took a message back. */
  removalOf(number: number): Message | undefined {
    return this.#removals.get(number)
  }

  /**
   * Takes what follows the last. A gap: something before it is missing, and it is not taken. Other:
   * its number is known here, and was given again.
   */
  take(message: Message): 'known' | 'taken' | 'gap' | 'other' {
    if (this.#last === null || message.number > this.#last + 1) return 'gap'
    if (message.number <= this.#last) return this.#isOther(message) ? 'other' : 'known'
    this.#last = message.number
    this.#messages.push(message)
    this.#note([message])
    return 'taken'
  }

  /**
   * Takes an answer of the server: its last messages at first, afterwards those from the last on.
   * False: numbers that are known here were given again.
   */
  takeAll(page: readonly Message[]): boolean {
    this.#last ??= (page[0]?.number ?? 1) - 1
    return page.every((message) => this.take(message) !== 'other')
  }

  /** Takes the messages right before the first; passes others over. */
  precede(page: readonly Message[]): void {
    const end = page.at(-1)?.number
    if (this.first === null || end !== this.first - 1) return
    this.#messages.unshift(...page)
    this.#note(page)
  }

  /** Who said something may have gone since; a key stays. */
  #isOther({ number, by, key }: Message): boolean {
    const known = this.#messages[number - (this.first ?? 0)]
    if (!known) return false
    return known.key !== key || (by !== null && known.by !== null && known.by.id !== by.id)
  }

  /** An answer may be older than a removal that is known: no words come back by it. */
  #note(came: readonly Message[]): void {
    const before = this.#removals.size
    for (const message of came) {
      if (message.removes !== null) this.#removals.set(message.removes, message)
    }
    const isOld = came.some(({ number, text }) => text !== '' && this.#removals.has(number))
    if (this.#removals.size === before && !isOld) return
    this.#messages = this.#messages.map((message) =>
      this.#removals.has(message.number) ? { ...message, text: '' } : message,
    )
  }
}
