/**
 * Selecting in a text that cannot be edited, by keyboard: left and right a word, up and down a
 * paragraph, with Shift more of them.
 */
import type { Node } from '@tiptap/pm/model'
import type { EditorView } from '@tiptap/pm/view'

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

/** A text as one selects in it; `near` is what is in sight of it. */
export type Selectable = {
  doc: Node
  selected: Range | null
  near: () => number
  select: (anchor: number, head: number) => void
}

/** Selects what a key says; false: it says nothing, or there is no more. */
export function selectByKey(event: KeyboardEvent, text: Selectable): boolean {
  const { key, shiftKey, altKey, ctrlKey, metaKey } = event
  const step = KEYS[key]
  const { doc, selected, near, select } = text
  if (!step || altKey || ctrlKey || metaKey) return false
  const next = stepped(parts(doc, step.by), selected, selected ? 0 : near(), step.forward)
  if (!next) return false
  event.preventDefault()
  if (!shiftKey || !selected) select(next.from, next.to)
  else if (step.forward) select(selected.from, next.to)
  else select(selected.to, next.from)
  return true
}

/** Selects, as the mouse would, and brings the end of it into sight. */
export function selectIn(view: EditorView, anchor: number, head: number): void {
  const [start, end] = [view.domAtPos(anchor), view.domAtPos(head)]
  getSelection()?.setBaseAndExtent(start.node, start.offset, end.node, end.offset)
  const { node } = end
  const shown = node instanceof Element ? node : node.parentElement
  shown?.scrollIntoView({ block: 'nearest' })
}
