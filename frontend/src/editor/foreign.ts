/**
 * Does this editor know every part of a document? Asked before the text is bound, and of every change
 * before the editor meets it: y-tiptap deletes what it cannot show, even in a read-only editor, and
 * drops attributes that it does not know with the next edit.
 */
import type { MarkType, NodeType, Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import type { Shared } from '../wire/replica'

export const FRAGMENT = 'default'

/** Whether the editor can show and keep the whole document. */
export function knows(schema: Schema, doc: Y.Doc): boolean {
  return children(schema, doc.getXmlFragment(FRAGMENT), schema.topNodeType)
}

/** Whether the editor can show and keep what changed. */
export function knowsChanged(schema: Schema, doc: Y.Doc, types: Iterable<Shared>): boolean {
  const root = doc.getXmlFragment(FRAGMENT)
  for (const type of types) {
    if (type._item?.deleted || !within(type, root)) continue
    if (!known(schema, type, root)) return false
  }
  return true
}

/** Other root types of foreign clients are none of the editor's business. */
function within(type: Shared, root: unknown): boolean {
  for (let at: Shared | null = type; at; at = at.parent) if (at === root) return true
  return false
}

function known(schema: Schema, type: unknown, root: unknown): boolean {
  if (type instanceof Y.XmlFragment && type === root) {
    return children(schema, type, schema.topNodeType)
  }
  if (type instanceof Y.XmlElement) return element(schema, type) && fits(schema, type)
  return type instanceof Y.XmlText && text(schema, type)
}

/** A type that changed may be new: its parent must take it. */
function fits(schema: Schema, type: Y.XmlElement): boolean {
  const { parent } = type
  const above = parent instanceof Y.XmlElement ? schema.nodes[parent.nodeName] : schema.topNodeType
  const self = schema.nodes[type.nodeName]
  return above !== undefined && self !== undefined && takes(above, self)
}

const takes = (above: NodeType, self: NodeType): boolean =>
  above.contentMatch.matchType(self) !== null

function children(schema: Schema, parent: Y.XmlFragment, above: NodeType): boolean {
  return parent.toArray().every((child) => {
    if (child instanceof Y.XmlElement) {
      const self = schema.nodes[child.nodeName]
      return self !== undefined && takes(above, self) && element(schema, child)
    }
    return child instanceof Y.XmlText && above.inlineContent && text(schema, child)
  })
}

function element(schema: Schema, node: Y.XmlElement): boolean {
  const type = schema.nodes[node.nodeName]
  if (!type || type.isText) return false
  return attributes(type, node.getAttributes()) && children(schema, node, type)
}

function attributes(type: NodeType | MarkType, given: Record<string, unknown>): boolean {
  const specs = type.spec.attrs ?? {}
  const foreign = Object.keys(given).some((name) => !(name in specs))
  const missing = Object.keys(specs).some(
    (name) => !(name in given) && !('default' in (specs[name] ?? {})),
  )
  return !foreign && !missing
}

type Run = { insert: unknown; attributes?: Record<string, unknown> }

function text(schema: Schema, type: Y.XmlText): boolean {
  const runs = type.toDelta() as Run[]
  return runs.every(({ insert, attributes: marks = {} }) => {
    if (typeof insert !== 'string') return false
    return Object.entries(marks).every(([name, given]) => mark(schema, name, given))
  })
}

function mark(schema: Schema, name: string, given: unknown): boolean {
  const type = schema.marks[name]
  if (!type) return false
  if (typeof given !== 'object' || given === null) return given === true || given === null
  return attributes(type, given as Record<string, unknown>)
}
