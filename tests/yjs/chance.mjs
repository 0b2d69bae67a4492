// Choices out of a seed, and what random writers write.
export class Chance {
  constructor (seed) { this.state = seed }

  random () {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  below (n) { return Math.floor(this.random() * n) }
  pick (list) { return list[this.below(list.length)] }
  often (share) { return this.random() < share }
  times (most, act) { for (let n = this.below(most); n >= 0; n--) act() }

  // A stretch of at most six within a length above zero.
  stretch (length) {
    const at = this.below(length)
    return [at, 1 + this.below(Math.min(length - at, 6))]
  }
}

export const WORDS = ['a', 'hello', 'é', '日本語', '😀', 'x😀y', '🇫🇷', '👩‍👩‍👧', 'ש', ' ', 'lorem ipsum', '\u0000', '\n']
export const ATTRIBUTES = [1, -0, 0, -7, 3.5, 1e300, true, null, undefined, 'text', '😀', [1, [2]], { a: { b: [] } }, new Uint8Array([1, 2])]
export const VALUES = [...ATTRIBUTES, 2n ** 60n]
export const LISTED = ATTRIBUTES.filter(value => value !== undefined)
export const MARKS = ['bold', 'italic', 'link', 'comment--x1']
