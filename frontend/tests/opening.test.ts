// @vitest-environment jsdom
/** Random documents of other clients: what the editor says it knows, it opens and follows in silence. */
import type { MarkType, NodeType } from '@tiptap/pm/model'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { knows, knowsChanged } from '../src/editor/foreign'
import { showPlain } from '../src/editor/plain'
import { schema } from '../src/editor/schema-of'
import type { Shared } from '../src/wire/replica'
import { mounted } from './page'

const SEEDS = 60
const CHANGES = 5
const NODES = Object.values(schema.nodes).filter((type) => type !== schema.topNodeType)
const MARKS = Object.values(schema.marks)
const WORDS = ['a', 'hello', '😀', '\n', '\u0000', 'https://example.org ']
const VALUES: unknown[] = [
  ...[1, 2, 3, 0, -1, 1e9, Number.NaN, 'left', 'https://example.org', '', true, null],
  ...[[100], [100, 20], [{}], {}, { toString: 1 }, 2n ** 60n],
]

type Mischief = 'nodes' | 'texts' | 'marks' | 'values' | null

/** Every choice of one seed, of which one kind now and then cares for no schema. */
class Chance {
  readonly #mischief: Mischief

  constructor(private seed: number) {
    this.#mischief = this.pick<Mischief>(['nodes', 'texts', 'marks', 'values', null])
  }

  below(count: number): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  often(share: number): boolean {
    return this.below(1000) < share * 1000
  }

  strays(kind: Mischief): boolean {
    return this.#mischief === kind && this.often(0.2)
  }
}

/** Attributes: mostly those that the editor itself would write. */
function attributes(chance: Chance, type: NodeType | MarkType): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const name of Object.keys(type.spec.attrs ?? {})) {
    if (!chance.often(0.3)) continue
    const simple = name.endsWith('span') || name === 'level' ? 1 + chance.below(3) : null
    given[name] = chance.strays('values') ? chance.pick(VALUES) : simple
  }
  return given
}

function text(chance: Chance, outer: NodeType): Y.XmlText {
  const runs = Array.from({ length: 1 + chance.below(3) }, () => {
    const marks = MARKS.filter((type) => chance.often(0.2) && outer.allowsMarkType(type))
    if (chance.strays('marks')) marks.push(chance.pick(MARKS))
    const marked = marks.map((type) => [type.name, attributes(chance, type)])
    return { insert: chance.pick(WORDS), attributes: Object.fromEntries(marked) }
  })
  const made = new Y.XmlText()
  made.applyDelta(runs)
  return made
}

function children(chance: Chance, outer: NodeType, depth: number): (Y.XmlElement | Y.XmlText)[] {
  const fitting = NODES.filter((type) => !type.isText && outer.contentMatch.matchType(type))
  return Array.from({ length: chance.below(4) }, () => {
    const within = chance.strays('nodes') ? NODES : fitting
    const inline = outer.inlineContent && chance.often(0.8)
    if (inline || chance.strays('texts')) return text(chance, outer)
    return within.length > 0 ? element(chance, chance.pick(within), depth) : []
  }).flat()
}

function element(chance: Chance, type: NodeType, depth: number): Y.XmlElement {
  const made = new Y.XmlElement(type.name)
  for (const [name, value] of Object.entries(attributes(chance, type))) {
    made.setAttribute(name, value as string)
  }
  if (depth > 0) made.insert(0, children(chance, type, depth - 1))
  return made
}

function all(parent: Y.XmlFragment): (Y.XmlElement | Y.XmlText)[] {
  return parent
    .toArray()
    .flatMap((child) =>
      child instanceof Y.XmlElement
        ? [child, ...all(child)]
        : child instanceof Y.XmlText
          ? [child]
          : [],
    )
}

/** Another client changes something. */
function change(chance: Chance, doc: Y.Doc): void {
  const root = doc.getXmlFragment('default')
  const found = all(root)
  const one = found.length > 0 && chance.often(0.8) ? chance.pick(found) : null
  const type = one instanceof Y.XmlElement ? schema.nodes[one.nodeName] : undefined
  doc.transact(() => {
    if (one instanceof Y.XmlText) one.insert(chance.below(one.length + 1), chance.pick(WORDS))
    else if (one && type && chance.often(0.6)) one.insert(0, children(chance, type, 2))
    else if (one && type)
      for (const [k, v] of Object.entries(attributes(chance, type)))
        one.setAttribute(k, v as string)
    else if (root.length > 0 && chance.often(0.3)) root.delete(chance.below(root.length), 1)
    else root.insert(0, children(chance, schema.topNodeType, 3))
  })
}

function changed(doc: Y.Doc, update: Uint8Array): Set<Shared> {
  const types = new Set<Shared>()
  doc.once('afterTransaction', (transaction: Y.Transaction) => {
    for (const type of transaction.changed.keys()) types.add(type)
  })
  Y.applyUpdate(doc, update)
  return types
}

it.each(Array.from({ length: SEEDS }, (_, seed) => seed))('document %i', (seed) => {
  const chance = new Chance(seed)
  const source = new Y.Doc()
  source.getXmlFragment('default').insert(0, children(chance, schema.topNodeType, 4))
  const [base, doc] = [new Y.Doc(), new Y.Doc()]
  for (const copy of [base, doc]) Y.applyUpdate(copy, Y.encodeStateAsUpdate(source))
  const written: Uint8Array[] = []
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'remote') written.push(update)
  })
  let known = knows(schema, doc)
  if (known) mounted(doc)
  for (let n = 0; known && n < CHANGES; n++) {
    const before = Y.encodeStateVector(source)
    change(chance, source)
    const update = Y.encodeStateAsUpdate(source, before)
    known = knowsChanged(schema, base, changed(base, update))
    expect(knows(schema, base)).toBe(known)
    if (known) Y.applyUpdate(doc, update, 'remote')
  }
  expect(written).toEqual([])
  showPlain(document.createElement('article'), source)
})
