/** Finds words again whose letters are known by other ids. */
import type { Node } from '@tiptap/pm/model'
import type { Passage } from './anchor'

/** The letters of a page, whatever blocks they are in. */
export class Lettering {
  readonly #letters: string
  readonly #runs: { at: number; pos: number }[] = []
  readonly #size: number

  constructor(doc: Node) {
    let letters = ''
    doc.descendants(({ text }, pos) => {
      let from = 0
      for (const piece of text?.split('\n') ?? []) {
        if (piece) this.#runs.push({ at: letters.length, pos: pos + from })
        letters += piece
        from += piece.length + 1
      }
    })
    this.#letters = letters
    this.#size = doc.content.size
  }

  /**
   * Where the words stand nearest to a place. The longer they are, the further away they are taken for
   * the same: a single word that was deleted is not the next one like it.
   */
  find(words: string, near: number | null): Passage | null {
    const sought = words.replaceAll('\n', '')
    if (!sought) return null
    let best: { passage: Passage; distance: number } | null = null
    for (
      let at = this.#letters.indexOf(sought);
      at >= 0;
      at = this.#letters.indexOf(sought, at + 1)
    ) {
      const passage = { from: this.#pos(at), to: this.#pos(at + sought.length - 1) + 1 }
      // Of several nobody knows which, if it is not known where they stood.
      if (near === null && best) return null
      const distance = near === null ? this.#size : distanceTo(passage, near)
      if (!best || distance < best.distance) best = { passage, distance }
    }
    return best && best.distance <= sought.length ** 2 ? best.passage : null
  }

  #pos(at: number): number {
    let [low, high] = [0, this.#runs.length]
    while (low < high - 1) {
      const middle = (low + high) >> 1
      if ((this.#runs[middle]?.at ?? 0) <= at) low = middle
      else high = middle
    }
    const run = this.#runs[low]
    return run ? run.pos + at - run.at : 0
  }
}

const distanceTo = ({ from, to }: Passage, pos: number): number => Math.max(0, from - pos, pos - to)
