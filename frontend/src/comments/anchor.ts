/**
 * Where a comment stands, in words of the text and not of one editor: the ids of its first and its last
 * letter, so that what is typed at its edges is outside, and its words.
 */
import type { Node } from '@tiptap/pm/model'
import * as Y from 'yjs'

/** Yjs' relative positions, in base64; null: who may not see what was deleted is told no words. */
export type Anchor = { start: string; end: string; quote: string | null }

/** From where to where, in an editor. */
export type Passage = { from: number; to: number }

/** The letters at both ends. */
export type Edges = { first: Y.ID; last: Y.ID }

/** So much of the words goes with an anchor (UTF-16 units). */
const QUOTE = 1_000

export function anchorOf({ first, last }: Edges, words: string): Anchor {
  return { start: encoded(first, 0), end: encoded(last, -1), quote: beginningOf(words) }
}

/** Null: it names no letters. */
export function edgesOf({ start, end }: Anchor): Edges | null {
  const [first, last] = [decoded(start), decoded(end)]
  return first && last && { first, last }
}

export function isSame(a: Edges | null, b: Edges | null): boolean {
  return a && b ? Y.compareIDs(a.first, b.first) && Y.compareIDs(a.last, b.last) : a === b
}

/** What stands there; between blocks, and for a break within one, a new line. */
export function wordsOf(doc: Node, { from, to }: Passage): string {
  return doc.textBetween(from, to, '\n', ({ type }) => (type.name === 'hardBreak' ? '\n' : ''))
}

function beginningOf(words: string): string {
  const cut = words.slice(0, QUOTE)
  return words.length > QUOTE && HALF.test(cut) ? cut.slice(0, -1) : cut
}

/** Half a character at the end. */
const HALF = /[\ud800-\udbff]$/

function encoded(id: Y.ID, assoc: number): string {
  const bytes = Y.encodeRelativePosition(new Y.RelativePosition(null, null, id, assoc))
  return btoa(String.fromCharCode(...bytes))
}

function decoded(text: string): Y.ID | null {
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    return Y.decodeRelativePosition(bytes).item
  } catch (error) {
    // Whoever may write may send anything there.
    if (!(error instanceof Error)) throw error
    return null
  }
}
