/** Changes and authors as ProseMirror decorations: each change can be reached and says what it is. */
import { DOMSerializer, type Fragment, type Node, type Schema } from '@tiptap/pm/model'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { words } from '../catalogue'
import type { Authored, Blame } from './blame'
import type { Change, Mark } from './compare'
import type { Gap } from './lining'
import { type People, writtenIn } from './rendering-words'

type Attributes = Record<string, string>

/** What a mark of blame in a text that is edited tells of itself, so that it can be cut. */
export type BlameSpec = { attributes: Attributes }

/** Marks of changes whose positions lie in `doc`, each with what is said of it. */
export function changeMarks(
  doc: Node,
  changes: readonly Change[],
  people: People,
  said: (change: Change) => string,
): DecorationSet {
  const decorations = changes.flatMap((change, index) => {
    const label = said(change)
    const attributes = {
      ...people.drawn(change.by),
      'data-change': String(index),
      'data-said': label,
    }
    return decorated(doc, change, attributes, label)
  })
  return DecorationSet.create(doc, decorations)
}

/** The colours of those who wrote a text. In a text that is edited nothing else takes the focus. */
export function blameMarks(
  { moment: { doc }, ranges }: Blame,
  people: People,
  now: number,
  focusable: boolean,
): DecorationSet {
  const decorations = ranges.flatMap((range) => authored(doc, range, people, now, focusable))
  return DecorationSet.create(doc, decorations)
}

/** Where words were removed for ever. */
export function scarMarks(scars: readonly number[]): Decoration[] {
  const said = { 'aria-label': words.scar, 'data-said': words.scar }
  const draw = () => element('span', { class: 'scar', role: 'img', ...said })
  return scars.map((pos) => Decoration.widget(pos, draw, { side: -1, ignoreSelection: true }))
}

/** Space above blocks; an item of a list has it inside, for a list holds nothing but items. */
export function gapMarks(doc: Node, gaps: readonly Gap[]): Decoration[] {
  return gaps.map(({ pos, size, item }) => {
    if (item) {
      const end = pos + (doc.nodeAt(pos)?.nodeSize ?? 0)
      return Decoration.node(pos, end, { style: `padding-block-start: ${size}px` })
    }
    const draw = () => {
      const gap = element('div', { class: 'gap', 'aria-hidden': 'true' })
      gap.style.blockSize = `${size}px`
      return gap
    }
    return Decoration.widget(pos, draw, { side: 1, ignoreSelection: true })
  })
}

function authored(
  doc: Node,
  range: Authored,
  people: People,
  now: number,
  focusable: boolean,
): Decoration[] {
  const label = writtenIn(range, people, now)
  const name = range.author === null ? 'blame untold' : 'blame'
  const drawn = { ...people.drawn(range.author), class: name }
  if (focusable) {
    return inline(doc, range.from, range.to, { ...drawn, 'data-said': label }, reached(label))
  }
  const attributes = { ...drawn, title: label }
  return [Decoration.inline(range.from, range.to, attributes, { attributes })]
}

/** A name is not allowed on ins, del or span; a group may have one. */
const reached = (label: string): Attributes => {
  return { tabindex: '0', role: 'group', 'aria-label': label }
}

/** The first mark that can be seen takes the focus, for all of its change. */
function decorated(doc: Node, change: Change, attributes: Attributes, label: string): Decoration[] {
  const text = change.marks.find(({ node, from, to }) => !node && to > from)
  const chosen = text ?? change.marks[0]
  return change.marks.flatMap((mark) =>
    drawn(doc, mark, attributes, mark === chosen ? reached(label) : {}),
  )
}

function drawn(doc: Node, mark: Mark, attributes: Attributes, first: Attributes): Decoration[] {
  const { kind, from, to, node, gone } = mark
  const all = { ...attributes, class: node ? `${kind} whole` : kind }
  if (gone) return widgets(doc, mark, gone, all, first)
  if (kind === 'split' || kind === 'joined') return [pilcrow(from, all, first)]
  if (node) return [Decoration.node(from, to, { ...all, ...named(doc, from, first) })]
  return inline(doc, from, to, all, first)
}

/** A list or a table has a name as what it is, and would be none as a group. */
function named(doc: Node, pos: number, { role, ...rest }: Attributes): Attributes {
  return role && doc.nodeAt(pos)?.isTextblock ? { ...rest, role } : rest
}

/** Decorations of a stretch; `first` for the first element that it becomes. */
function inline(
  doc: Node,
  from: number,
  to: number,
  attributes: Attributes,
  first: Attributes,
): Decoration[] {
  if (Object.keys(first).length === 0) return [Decoration.inline(from, to, attributes)]
  const { nodeAfter } = doc.resolve(from)
  const end = nodeAfter ? Math.min(to, from + nodeAfter.nodeSize) : to
  const head = Decoration.inline(from, end, { ...attributes, ...first })
  return end < to ? [head, Decoration.inline(end, to, attributes)] : [head]
}

function pilcrow(pos: number, attributes: Attributes, first: Attributes): Decoration {
  const draw = () => {
    const sign = element('span', { ...attributes, ...first })
    sign.append('¶')
    return sign
  }
  return Decoration.widget(pos, draw, { side: -1, ignoreSelection: true })
}

function widgets(
  doc: Node,
  { from, node }: Mark,
  gone: Fragment,
  attributes: Attributes,
  first: Attributes,
): Decoration[] {
  const { schema } = doc.type
  const spec = { side: -1, ignoreSelection: true, stopEvent: () => true }
  const { parent } = doc.resolve(from)
  const fits = gone.content.every(({ type }) => parent.type.contentMatch.matchType(type))
  if (!node || !fits) {
    return [Decoration.widget(from, () => struckText(schema, gone, attributes, first), spec)]
  }
  return gone.content.map((block, i) => {
    const own = i === 0 ? first : {}
    return Decoration.widget(from, () => struckBlock(schema, block, attributes, own), spec)
  })
}

/** Deleted text in a line; of blocks only what they said. */
function struckText(
  schema: Schema,
  gone: Fragment,
  attributes: Attributes,
  first: Attributes,
): HTMLElement {
  const struck = element('del', { ...attributes, ...first })
  if (gone.firstChild?.isInline) serialized(schema, gone, struck)
  else struck.append(gone.textBetween(0, gone.size, '¶', ' ') || '¶')
  return struck
}

const LINES = 'p, h1, h2, h3, pre'

/** A deleted block as it was: a row stays a row, and what it said is struck in its lines. */
function struckBlock(
  schema: Schema,
  block: Node,
  attributes: Attributes,
  first: Attributes,
): HTMLElement {
  const drawn = DOMSerializer.fromSchema(schema).serializeNode(block)
  const whole = drawn instanceof HTMLElement ? drawn : element('div', {})
  for (const input of whole.querySelectorAll('input')) {
    input.disabled = true
    input.setAttribute('aria-hidden', 'true')
  }
  const lines = [...(whole.matches(LINES) ? [whole] : whole.querySelectorAll(LINES))]
  if (lines.length === 0) return wrapped(whole, { ...attributes, ...first })
  whole.classList.add('deleted', 'whole')
  for (const [i, line] of lines.entries()) {
    const struck = element('del', { ...attributes, ...(i === 0 ? first : {}), class: 'deleted' })
    struck.append(...line.childNodes)
    if (!struck.hasChildNodes()) struck.append('¶')
    line.append(struck)
  }
  return whole
}

function wrapped(whole: HTMLElement, attributes: Attributes): HTMLElement {
  const struck = element('del', attributes)
  struck.append(whole)
  return struck
}

function serialized(schema: Schema, content: Fragment, into: HTMLElement): void {
  DOMSerializer.fromSchema(schema).serializeFragment(content, { document }, into)
}

function element(tag: string, attributes: Attributes): HTMLElement {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made
}
