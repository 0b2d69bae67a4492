/**
 * A document as it was after any of its updates: the whole log, and a walk over it for each moment.
 *
 * The log lies in a Yjs document of its own that nobody sends and nothing edits. An element or a
 * character is there at a seq when it was born and not yet deleted, and all that it stands in, too.
 */
import { Fragment, type Node, type Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import { FRAGMENT } from '../editor/foreign'
import { type Columns, type Id, NEVER, type Stretch } from './columns'
import { type Built, type Formats, Nodes } from './past-nodes'
import { livingOf, type Shared, type Tape, tapeOf } from './past-tape'

export type { Formats } from './past-nodes'

/** Characters from `pos` on, under ids from `clock` on. */
export type Run = Stretch & { pos: number; formats: Formats }

/** A node of the document and the ids of what it is: of itself, and of the values of its attributes. */
export type Element = Id & { pos: number; node: Node; entries: ReadonlyMap<string, Id> }

/** The document after `seq` updates. `whole`: the editor knows every part of it. */
export class Moment {
  readonly doc: Node
  readonly whole: boolean
  readonly #root: Built
  #placed: { runs: Run[]; elements: Element[] } | null = null

  constructor(
    readonly seq: number,
    schema: Schema,
    root: Built,
  ) {
    const { topNodeType } = schema
    const content = Fragment.fromArray([...root.nodes])
    this.#root = root
    this.whole = root.whole && (content.childCount === 0 || topNodeType.validContent(content))
    const empty = content.childCount === 0 ? topNodeType.createAndFill() : null
    this.doc = empty ?? topNodeType.create(null, content)
  }

  /** Every character, in the order of the document. */
  get runs(): readonly Run[] {
    return this.#place().runs
  }

  /** Every node but the text, in the order of the document. */
  get elements(): readonly Element[] {
    return this.#place().elements
  }

  /** Where words that it had were removed for ever. */
  get scars(): readonly number[] {
    return [...scarsOf(this.#root, 0)]
  }

  #place() {
    this.#placed ??= placed(this.#root)
    return this.#placed
  }
}

function placed(root: Built): { runs: Run[]; elements: Element[] } {
  const runs: Run[] = []
  const elements: Element[] = []
  const place = ({ nodes, element, runs: local, children }: Built, base: number) => {
    const [node] = nodes
    if (element && node) {
      elements.push({ ...element.id, entries: element.entries, pos: base, node })
    }
    for (const { at, ...run } of local) runs.push({ ...run, pos: base + at })
    let pos = element ? base + 1 : base
    for (const child of children) {
      place(child, pos)
      pos += child.size
    }
  }
  place(root, 0)
  return { runs, elements }
}

function* scarsOf({ element, scars, children }: Built, base: number): Iterable<number> {
  for (const at of scars) yield base + at
  let pos = element ? base + 1 : base
  for (const child of children) {
    yield* scarsOf(child, pos)
    pos += child.size
  }
}

/** The document that an editor shows now, with the ids that stand in it. It may be ahead of any log. */
export function present(schema: Schema, root: Y.XmlFragment): Moment {
  return new Moment(NEVER, schema, new Nodes(schema, livingOf).root(root, 0))
}

export class Past {
  readonly #doc = new Y.Doc({ gc: false })
  readonly #root: Y.XmlFragment
  readonly #nodes: Nodes
  #columns: Columns

  /** `log` is all updates as one, with the deleted text; `columns` are those of the same rows. */
  constructor(
    readonly schema: Schema,
    log: Uint8Array,
    columns: Columns,
  ) {
    Y.applyUpdate(this.#doc, log)
    this.#root = this.#doc.getXmlFragment(FRAGMENT)
    this.#columns = columns
    this.#nodes = new Nodes(schema, (type) => tapeOf(type, this.#columns))
  }

  get columns(): Columns {
    return this.#columns
  }

  get head(): number {
    return this.columns.last
  }

  /** Takes the rows right behind the head. Throws RangeError when some are missing. */
  extend(update: Uint8Array, columns: Columns): void {
    const all = this.#columns.with(columns)
    const changed = new Set<Shared>()
    this.#doc.once('afterTransaction', (transaction: Y.Transaction) => {
      for (const type of transaction.changed.keys()) changed.add(type)
    })
    Y.applyUpdate(this.#doc, update)
    this.#columns = all
    this.#nodes.extend(changed)
  }

  /** Takes columns of the same rows that tell more of who first wrote what. */
  learn(columns: Columns): void {
    this.#columns = columns
  }

  /** The document after the first `seq` updates. */
  at(seq: number): Moment {
    return new Moment(seq, this.schema, this.#nodes.root(this.#root, seq))
  }

  /** Everything that ever stood in each type, and when the type vanished; parents come first. */
  *tapes(): Iterable<{ tape: Tape; died: number }> {
    const open: { type: Shared; died: number }[] = [{ type: this.#root, died: NEVER }]
    for (let next = open.pop(); next; next = open.pop()) {
      const tape = this.#nodes.tape(next.type)
      yield { tape, died: next.died }
      for (const { content, died } of tape.pieces.toReversed()) {
        if (content.kind !== 'type') continue
        open.push({ type: content.type, died: Math.min(next.died, died) })
      }
    }
  }
}
