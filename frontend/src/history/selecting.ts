/**
 * Selecting in a text that cannot be edited, by keyboard: left and right a word, up and down a
 * paragraph, with Shift more of them.
 */
import type { Node } from '@tiptap/pm/model'
import type { Scene } from './scene'

export type Range = { from: number; to: number }

/** All words (or paragraphs, where they are not empty) of a document, in order. */
export function parts(doc: Node, by: 'word' | 'paragraph'): Range[] {
  const found: Range[] = []
  doc.descendants((node, pos) => {
    if (!node.isTextblock) return true
    const start = pos + 1
    if (by === 'paragraph') {
      if (node.content.size > 0) found.push({ from: start, to: start + node.content.size })
      return false
    }
    const text = node.textBetween(0, node.content.size, undefined, '\ufffc')
    for (const word of text.matchAll(/[\p{L}\p{N}\p{M}’'_-]+|[^\s\ufffc]/gu)) {
      found.push({ from: start + word.index, to: start + word.index + word[0].length })
    }
    return false
  })
  return found
}

/**
 * The part before or after a selection, or the one of which only a piece is selected; the first at or
 * behind `near` when nothing is selected.
 */
export function stepped(
  all: readonly Range[],
  selected: Range | null,
  near: number,
  forward: boolean,
): Range | null {
  const { from, to } = selected ?? { from: near, to: near }
  const around = all.find((part) => part.from <= from && to <= part.to)
  if (selected && around && around.to - around.from > to - from) return around
  if (forward) return all.find((part) => part.from >= to) ?? null
  return all.findLast((part) => part.to <= from) ?? null
}

const KEYS: Record<string, { by: 'word' | 'paragraph'; forward: boolean }> = {
  ArrowRight: { by: 'word', forward: true },
  ArrowLeft: { by: 'word', forward: false },
  ArrowDown: { by: 'paragraph', forward: true },
  ArrowUp: { by: 'paragraph', forward: false },
}

/** Lets the keys select in the text of a scene, while it has the focus. */
export function keysOfSheet(scene: Scene, signal: AbortSignal): void {
  const select = (event: KeyboardEvent) => {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event
    const step = KEYS[key]
    const { sheet, selected } = scene
    if (!step || !sheet || altKey || ctrlKey || metaKey) return
    const near = sheet.line(scene.below())?.pos ?? 0
    const next = stepped(parts(sheet.doc, step.by), selected, near, step.forward)
    if (!next) return
    event.preventDefault()
    if (!shiftKey || !selected) sheet.select(next.from, next.to)
    else if (step.forward) sheet.select(selected.from, next.to)
    else sheet.select(selected.to, next.from)
  }
  scene.place.addEventListener('keydown', select, { signal })
}
