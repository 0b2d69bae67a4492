/** Two people at one document, each with an editor, and what they say of its passages. */
import type { Editor } from '@tiptap/core'
import * as Y from 'yjs'
import { type Anchor, Passages, type Placed } from '../../src/comments/passages'
import { FRAGMENT } from '../../src/editor/foreign'
import { shown } from '../../src/wire/replica'
import { mounted } from '../page'

/** A document of paragraphs. */
export function page(...paragraphs: string[]): Uint8Array {
  const doc = new Y.Doc()
  const made = paragraphs.map((text) => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(text)])
    return paragraph
  })
  doc.getXmlFragment(FRAGMENT).insert(0, made)
  return Y.encodeStateAsUpdate(doc)
}

export class Someone {
  doc = shown()
  editor!: Editor
  passages!: Passages
  readonly picked: number[][] = []
  readonly moved: number[] = []
  changed = 0
  /** How often the document was written here. */
  written = 0

  constructor(readonly two: Two) {}

  /** Shows what it holds in an editor of its own. */
  open(): void {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this.two) return
      this.written += 1
      this.two.tell(this, update)
    })
    this.editor = mounted(this.doc)
    this.passages = new Passages(this.editor, {
      changed: () => {
        this.changed += 1
      },
      picked: (numbers) => this.picked.push(numbers),
      moved: (number, anchor) => {
        this.moved.push(number)
        this.two.move(number, anchor)
      },
    })
    this.passages.show([...this.two.threads.values()], this.two.active)
  }

  /** The editor made anew over what it holds. */
  reopen(doc = this.doc): void {
    this.passages.stop()
    this.editor.destroy()
    const update = Y.encodeStateAsUpdate(doc)
    this.doc = shown()
    Y.applyUpdate(this.doc, update, this.two)
    this.open()
  }

  select(words: string, count = 0): void {
    this.editor.commands.setTextSelection(placeOf(this.editor, words, count))
  }

  words(number = 1): string | null {
    return this.passages.words(number)
  }

  get text(): string {
    return this.editor.getText({ blockSeparator: '/' })
  }
}

export class Two {
  readonly threads = new Map<number, Placed>()
  active: number | null = null
  readonly a = new Someone(this)
  readonly b = new Someone(this)
  /** What is not told yet, while they are apart. */
  #waiting: [Someone, Uint8Array][] | null = null

  constructor(update: Uint8Array) {
    for (const one of this.all) Y.applyUpdate(one.doc, update, this)
    for (const one of this.all) one.open()
  }

  get all(): Someone[] {
    return [this.a, this.b]
  }

  tell(from: Someone, update: Uint8Array): void {
    if (this.#waiting) this.#waiting.push([from, update])
    else for (const one of this.all) if (one !== from) Y.applyUpdate(one.doc, update, this)
  }

  /** They do things without hearing of one another, and then do. */
  apart(act: () => void): void {
    this.#waiting = []
    act()
    const waiting = this.#waiting
    this.#waiting = null
    for (const [from, update] of waiting) this.tell(from, update)
  }

  /** A comment on what somebody has selected. */
  comment(by: Someone = this.a): number {
    const anchor = by.passages.selected()
    if (!anchor) throw new Error('nothing is selected')
    const number = this.threads.size + 1
    this.threads.set(number, { number, anchor, settled: false })
    this.show()
    return number
  }

  on(words: string, count = 0): number {
    this.a.select(words, count)
    return this.comment()
  }

  move(number: number, anchor: Anchor): void {
    const thread = this.threads.get(number)
    if (thread) this.threads.set(number, { ...thread, anchor })
    this.show()
  }

  show(): void {
    for (const one of this.all) one.passages.show([...this.threads.values()], this.active)
  }

  /** What both see of a thread. */
  words(number = 1): (string | null)[] {
    return this.all.map((one) => one.words(number))
  }
}

/** Where words stand in one block, the first time or a later one. */
export function placeOf({ state }: Editor, words: string, count = 0): { from: number; to: number } {
  const found: number[] = []
  state.doc.descendants((node, pos) => {
    if (!node.isTextblock) return true
    const text = node.textBetween(0, node.content.size, '\n', '\n')
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
      found.push(pos + 1 + at)
    }
    return false
  })
  const from = found[count]
  if (from === undefined) throw new Error(`"${words}" is not in the text`)
  return { from, to: from + words.length }
}
