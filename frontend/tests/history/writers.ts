/**
 * People who write into one document with ProseMirror's own commands, each into a Yjs document of
 * their own, with y-tiptap's conversions between; and the log that a server makes of it.
 */
import {
  joinBackward,
  lift,
  setBlockType,
  splitBlock,
  toggleMark,
  wrapIn,
} from '@tiptap/pm/commands'
import type { Node } from '@tiptap/pm/model'
import { wrapInList } from '@tiptap/pm/schema-list'
import { type Command, EditorState, TextSelection } from '@tiptap/pm/state'
import { addRowAfter, deleteRow } from '@tiptap/pm/tables'
import { initProseMirrorDoc, updateYFragment } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { schema } from '../../src/editor/schema-of'
import { Ledger } from './ledger'

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export class Writer {
  readonly doc = new Y.Doc()
  readonly outbox: Uint8Array[] = []
  /** How many rows of the log have come here. */
  cursor = 0

  constructor(
    readonly user: number,
    clientID: number,
  ) {
    this.doc.clientID = clientID
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') this.outbox.push(update)
    })
  }

  get fragment(): Y.XmlFragment {
    return this.doc.getXmlFragment('default')
  }

  /** The document as the editor shows it. */
  get page(): Node {
    return initProseMirrorDoc(this.fragment, schema).doc
  }

  /** One edit with these positions selected. */
  edit(from: number, to: number, command: Command): void {
    const { doc, meta } = initProseMirrorDoc(this.fragment, schema)
    const selection = TextSelection.between(doc.resolve(from), doc.resolve(to))
    const state = EditorState.create({ doc, selection })
    command(state, (tr) => {
      this.doc.transact(() => updateYFragment(this.doc, this.fragment, tr.doc, meta))
    })
  }

  type(at: number, text: string): void {
    this.edit(at, at, (state, dispatch) => {
      dispatch?.(state.tr.insertText(text, at))
      return true
    })
  }
}

export class Desk {
  readonly ledger = new Ledger()
  readonly writers: Writer[]
  #at = 0

  constructor(people = 2) {
    this.writers = Array.from({ length: people }, (_, i) => new Writer(i + 1, 100 + i))
    const [first] = this.writers
    first?.fragment.insert(0, [new Y.XmlElement('paragraph')])
    this.sync()
  }

  writer(user: number): Writer {
    const writer = this.writers[user - 1]
    if (!writer) throw new RangeError(`nobody is ${user}`)
    return writer
  }

  /** The next of what a writer did becomes a row. */
  send(writer: Writer): void {
    const update = writer.outbox.shift()
    this.#at += 1_000
    if (update) this.ledger.append(update, writer.user, this.#at)
  }

  receive(writer: Writer): void {
    for (; writer.cursor < this.ledger.head; writer.cursor++) {
      Y.applyUpdate(writer.doc, this.ledger.updates[writer.cursor] ?? new Uint8Array(), 'remote')
    }
  }

  /** Everybody's edits are everywhere. */
  sync(): void {
    while (this.writers.some((one) => one.outbox.length > 0 || one.cursor < this.ledger.head)) {
      for (const writer of this.writers) {
        while (writer.outbox.length > 0) this.send(writer)
        this.receive(writer)
      }
    }
  }

  /** Time passes (ms). */
  wait(ms: number): void {
    this.#at += ms
  }
}

/** What y-tiptap shows of the first `seq` rows. */
export function shownBy(ledger: Ledger, seq: number): Node {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of ledger.updates.slice(0, seq)) Y.applyUpdate(doc, update)
  })
  const { doc: page } = initProseMirrorDoc(doc.getXmlFragment('default'), schema)
  return page.childCount > 0 ? page : (schema.topNodeType.createAndFill() ?? page)
}

const WORDS = ['a', 'word ', 'two words', 'Übergröße', '👋 ', 'x\ny', 'the end. ']

/** A random desk: some people, many edits, now and then at once. */
export function randomDesk(seed: number, edits: number): Desk {
  const random = dice(seed)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  const desk = new Desk(3)
  for (let i = 0; i < edits; i++) {
    const writer = pick(desk.writers)
    randomEdit(writer, random, pick)
    if (random() < 0.6) desk.send(pick(desk.writers))
    if (random() < 0.4) desk.receive(pick(desk.writers))
    if (random() < 0.1) desk.sync()
  }
  desk.sync()
  return desk
}

function randomEdit(writer: Writer, random: () => number, pick: <T>(all: readonly T[]) => T): void {
  const { page } = writer
  const at = whole(page, Math.floor(random() * (page.content.size + 1)))
  const to = whole(page, Math.min(page.content.size, at + Math.floor(random() * 12)))
  const { nodes, marks } = schema
  const insert: Command = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(schema.text(pick(WORDS)), true))
    return true
  }
  const erase: Command = (state, dispatch) => {
    dispatch?.(state.tr.deleteSelection())
    return true
  }
  const put =
    (node: () => Node | null | undefined): Command =>
    (state, dispatch) => {
      const made = node()
      if (made) dispatch?.(state.tr.replaceSelectionWith(made))
      return true
    }
  const commands: [number, Command | undefined][] = [
    [9, insert],
    [4, erase],
    [2, splitBlock],
    [1, joinBackward],
    [2, toggleMark(marks.bold as NonNullable<typeof marks.bold>)],
    [1, toggleMark(marks.link as NonNullable<typeof marks.link>, { href: pick(['a', 'b']) })],
    [1, nodes.heading && setBlockType(nodes.heading, { level: pick([1, 2, 3]) })],
    [1, nodes.paragraph && setBlockType(nodes.paragraph)],
    [0.7, nodes.blockquote && wrapIn(nodes.blockquote)],
    [0.7, nodes.bulletList && wrapInList(nodes.bulletList)],
    [0.7, lift],
    [0.5, put(() => nodes.hardBreak?.create())],
    [0.3, put(() => nodes.horizontalRule?.create())],
    [0.4, put(() => table(pick))],
    [0.5, addRowAfter],
    [0.3, deleteRow],
  ]
  const sums = commands.map((_, i) => commands.slice(0, i + 1).reduce((sum, [w]) => sum + w, 0))
  const drawn = random() * (sums.at(-1) ?? 0)
  const chosen = commands[sums.findIndex((sum) => drawn < sum)]?.[1] ?? insert
  writer.edit(at, to, chosen)
}

/** Nobody selects half a character; Yjs would break it for good, also in moments before. */
function whole(page: Node, at: number): number {
  const next = at < page.content.size ? page.textBetween(at, at + 1) : ''
  return /[\udc00-\udfff]/.test(next) ? at + 1 : at
}

function table(pick: <T>(all: readonly T[]) => T): Node {
  const cell = () =>
    schema.node('tableCell', null, schema.node('paragraph', null, schema.text(pick(WORDS))))
  const row = () => schema.node('tableRow', null, [cell(), cell()])
  return schema.node('table', null, [row(), row()])
}
