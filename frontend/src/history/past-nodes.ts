/**
 * Yjs types as ProseMirror nodes at any seq, as y-tiptap makes them of a document that holds the first
 * so many updates, with the id of every character. What did not change since is not made again.
 *
 * Source: y-tiptap 3.0.9, createNodeFromYElement and createTextNodesFromYText. Writes nothing, ever.
 */
import { Fragment, type Mark, type Node, type Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import type { Id, Stretch } from './columns'
import {
  type Calm,
  calm,
  calmEntry,
  endAt,
  entryAt,
  type Piece,
  type Shared,
  startAt,
  type Tape,
} from './past-tape'

/** For every mark that was ever set at a place: its value there, null when it ended, and who set it. */
export type Formats = ReadonlyMap<string, Id & { value: unknown }>

/** Characters that follow one another, under ids that do. */
export type LocalRun = Stretch & { at: number; formats: Formats }

/** What a type gives: nodes, and where in them ids stand. `whole`: nothing had to be left out. */
export type Built = Calm & {
  nodes: readonly Node[]
  size: number
  whole: boolean
  runs: readonly LocalRun[]
  /** Where words of that moment are missing: they were removed for ever. */
  scars: readonly number[]
  element: { id: Id; entries: ReadonlyMap<string, Id> } | null
  children: readonly Built[]
}

const HASHED = /(.*)(--[a-zA-Z0-9+/=]{8})$/
const NO_FORMATS: Formats = new Map()
const ALWAYS: Calm = { since: 0, until: Number.POSITIVE_INFINITY }

/** The name of the mark that an attribute of text stands for. */
export const markName = (key: string): string => HASHED.exec(key)?.[1] ?? key

export class Nodes {
  readonly #tapes = new Map<Shared, Tape>()
  readonly #built = new Map<Shared, Built>()

  constructor(
    readonly schema: Schema,
    readonly tapeOf: (type: Shared) => Tape,
  ) {}

  tape(type: Shared): Tape {
    const known = this.#tapes.get(type)
    if (known) return known
    const tape = this.tapeOf(type)
    this.#tapes.set(type, tape)
    return tape
  }

  /** More rows have come, and changed these types. Of types that are deleted Yjs does not tell. */
  extend(changed: ReadonlySet<Shared>): void {
    for (const type of this.#tapes.keys()) {
      if (changed.has(type) || type._item?.deleted) this.#tapes.delete(type)
    }
    this.#built.clear()
  }

  /** The children of the root. */
  root(type: Y.XmlFragment, seq: number): Built {
    return this.#cached(type, seq, () => {
      const around = { ...ALWAYS }
      return built(around, { children: this.#children(type, seq, around) })
    })
  }

  #cached(type: Shared, seq: number, make: () => Built): Built {
    const known = this.#built.get(type)
    if (known && known.since <= seq && seq < known.until) return known
    const made = make()
    this.#built.set(type, made)
    return made
  }

  #child(piece: Piece, type: Y.XmlElement | Y.XmlText, seq: number): Built {
    return this.#cached(type, seq, () =>
      type instanceof Y.XmlElement ? this.#element(piece, type, seq) : this.#text(type, seq),
    )
  }

  #children(type: Y.XmlFragment, seq: number, around: Calm): Built[] {
    const children: Built[] = []
    for (const piece of this.tape(type).pieces) {
      calm(around, piece, seq)
      if (piece.content.kind !== 'type' || startAt(piece, seq) >= endAt(piece, seq)) continue
      const child = this.#child(piece, piece.content.type, seq)
      around.since = Math.max(around.since, child.since)
      around.until = Math.min(around.until, child.until)
      children.push(child)
    }
    return children
  }

  #element({ client, clock }: Id, type: Y.XmlElement, seq: number): Built {
    const around = { ...ALWAYS }
    const attrs: Record<string, unknown> = {}
    const ids = new Map<string, Id>()
    for (const [key, entries] of this.tape(type).entries) {
      for (const entry of entries) calmEntry(around, entry, seq)
      const entry = entryAt(entries, seq)
      if (!entry) continue
      ids.set(key, { client: entry.client, clock: entry.clock })
      if (entry.died > seq) attrs[key] = entry.value
    }
    const children = this.#children(type, seq, around)
    const node = nodeOf(this.schema, type.nodeName, attrs, children)
    if (!node) return built(around, { whole: false })
    const element = { id: { client, clock }, entries: ids }
    return { ...built(around, { children }), nodes: [node], size: node.nodeSize, element }
  }

  #text(type: Y.XmlText, seq: number): Built {
    const around = { ...ALWAYS }
    const text = new Text(this.schema)
    for (const piece of this.tape(type).pieces) {
      calm(around, piece, seq)
      const start = startAt(piece, seq)
      const end = endAt(piece, seq)
      if (start < end) text.add(piece, start, end)
    }
    const made = text.end()
    if (!made) return built(around, { whole: false })
    return { ...built(around, {}), ...made }
  }
}

type Parts = { children?: readonly Built[]; whole?: boolean }

function built(around: Calm, { children = [], whole = true }: Parts): Built {
  return {
    since: around.since,
    until: around.until,
    nodes: children.flatMap(({ nodes }) => nodes),
    size: children.reduce((sum, { size }) => sum + size, 0),
    whole: whole && children.every((child) => child.whole),
    runs: [],
    scars: [],
    element: null,
    children,
  }
}

/** Null: the schema does not take it so, and y-tiptap would not show it either. */
function nodeOf(
  schema: Schema,
  name: string,
  attrs: Record<string, unknown>,
  children: readonly Built[],
): Node | null {
  try {
    return schema.node(name, attrs, Fragment.fromArray(children.flatMap(({ nodes }) => nodes)))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return null
  }
}

/** The characters of one Yjs text, gathered into text nodes. */
class Text {
  readonly #nodes: Node[] = []
  readonly #runs: LocalRun[] = []
  readonly #scars: number[] = []
  #formats: Formats = NO_FORMATS
  #text = ''
  #size = 0
  #known = true

  constructor(readonly schema: Schema) {}

  add(piece: Piece, start: number, end: number): void {
    const { content, client } = piece
    if (content.kind === 'text') {
      this.#say(content.text.slice(start, end), client, piece.clock + start)
    } else if (content.kind === 'format') {
      this.#pack()
      const { key, value } = content
      this.#formats = new Map(this.#formats).set(key, { client, clock: piece.clock, value })
    } else if (content.kind === 'scar' && this.#scars.at(-1) !== this.#size) {
      this.#scars.push(this.#size)
    }
  }

  #say(text: string, client: number, clock: number): void {
    const last = this.#runs.at(-1)
    const joins =
      last?.client === client &&
      last.clock + last.length === clock &&
      last.formats === this.#formats
    const { length } = text
    if (joins) last.length += length
    else this.#runs.push({ at: this.#size, client, clock, length, formats: this.#formats })
    this.#text += text
    this.#size += length
  }

  #pack(): void {
    if (this.#text === '') return
    const marks = marksOf(this.schema, this.#formats)
    if (marks) this.#nodes.push(this.schema.text(this.#text, marks))
    else this.#known = false
    this.#text = ''
  }

  /** Null: there are marks that the schema does not know. */
  end(): Pick<Built, 'nodes' | 'runs' | 'scars' | 'size'> | null {
    this.#pack()
    if (!this.#known) return null
    return { nodes: this.#nodes, runs: this.#runs, scars: this.#scars, size: this.#size }
  }
}

function marksOf(schema: Schema, formats: Formats): Mark[] | null {
  const marks: Mark[] = []
  for (const [key, { value }] of formats) {
    if (value === null) continue
    const type = schema.marks[markName(key)]
    if (!type) return null
    marks.push(type.create(value as Record<string, unknown>))
  }
  return marks
}
