/**
 * The words in what no server takes, read once for as long as it is the very same: reading them costs
 * more than the page, which asks at every change of its state, may spend.
 */
import { wordsIn } from '../wire/rescue'

export class Rescued {
  #updates: readonly Uint8Array[] = []
  #words = ''

  /** The words in these updates. As many others, or one that was rewritten, are not the same. */
  words(updates: readonly Uint8Array[]): string {
    const [before, count] = [this.#updates, updates.length]
    if (before.length !== count || updates.some((update, i) => update !== before[i])) {
      this.#updates = [...updates]
      this.#words = wordsIn(updates)
    }
    return this.#words
  }

  forget(): void {
    this.#updates = []
    this.#words = ''
  }
}
