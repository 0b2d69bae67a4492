/**
 * Does this editor know every part of a document? Asked before the text is bound, and of every change
 * before the editor meets it: y-tiptap deletes what it cannot show, even in a read-only editor, and
 * drops attributes that it does not know with the next edit. Values that only a hostile client writes
 * would stop the page.
 */
import type { MarkType, NodeType, Schema } from '@tiptap/pm/model'
import * as Y from 'yjs'
import type { Shared } from '../wire/replica'
import { isBearable, isSmall } from './values'

export const FRAGMENT = 'default'

/** Whether the editor can show and keep the whole document. */
export function knows(schema: Schema, doc: Y.Doc): boolean {
  return children(schema, doc.getXmlFragment(FRAGMENT), schema.topNodeType)
}

/** Whether the editor can show and keep what changed. */
export function knowsChanged(schema: Schema, doc: Y.Doc, types: Iterable<Shared>): boolean {
  const root = doc.getXmlFragment(FRAGMENT)
  const roots = new Set<unknown>(doc.share.values())
  for (const type of types) {
    // A root that nobody had asked for was of no type, and asking has put another in its place.
    if (!type._item && !roots.has(type)) return knows(schema, doc)
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
  if (type instanceof Y.XmlElement) {
    return element(schema, type) && fits(schema, type) && tables(type).every(isSmall)
  }
  return type instanceof Y.XmlText && text(schema, type, above(schema, type))
}

/** The tables that a type is in, or is. */
function tables(type: Y.XmlElement): Y.XmlElement[] {
  const found: Y.XmlElement[] = []
  for (let at: unknown = type; at instanceof Y.XmlElement; at = at.parent) {
    if (at.nodeName === 'table') found.push(at)
  }
  return found
}

function above(schema: Schema, { parent }: Y.XmlElement | Y.XmlText): NodeType | undefined {
  return parent instanceof Y.XmlElement ? schema.nodes[parent.nodeName] : schema.topNodeType
}

/** A type that changed may be new: its parent must take it. */
function fits(schema: Schema, type: Y.XmlElement): boolean {
  const outer = above(schema, type)
  const self = schema.nodes[type.nodeName]
  return outer !== undefined && self !== undefined && takes(outer, self)
}

const takes = (outer: NodeType, self: NodeType): boolean =>
  outer.contentMatch.matchType(self) !== null

function children(schema: Schema, parent: Y.XmlFragment, outer: NodeType): boolean {
  return parent.toArray().every((child) => {
    if (child instanceof Y.XmlElement) {
      const self = schema.nodes[child.nodeName]
      return self !== undefined && takes(outer, self) && element(schema, child)
    }
    return child instanceof Y.XmlText && text(schema, child, outer)
  })
}

function element(schema: Schema, node: Y.XmlElement): boolean {
  const type = schema.nodes[node.nodeName]
  if (!type || type.isText) return false
  if (node.nodeName === 'table' && !isSmall(node)) return false
  return attributes(type, node.getAttributes()) && children(schema, node, type)
}

function attributes(type: NodeType | MarkType, given: Record<string, unknown>): boolean {
  const specs = type.spec.attrs ?? {}
  // Also what hides in the prototype: ProseMirror reads it as if it were given.
  for (const name in given) {
    if (!Object.hasOwn(specs, name) || !isBearable(name, given[name])) return false
  }
  return Object.keys(specs).every(
    (name) => Object.hasOwn(given, name) || 'default' in (specs[name] ?? {}),
  )
}

type Run = { insert: unknown; attributes?: Record<string, unknown> }

function text(schema: Schema, type: Y.XmlText, outer: NodeType | undefined): boolean {
  if (!outer?.inlineContent) return false
  const runs = type.toDelta() as Run[]
  return runs.every(({ insert, attributes: marks = {} }) => {
    if (typeof insert !== 'string') return false
    for (const name in marks) if (!mark(schema, outer, name, marks[name])) return false
    return true
  })
}

function mark(schema: Schema, outer: NodeType, name: string, given: unknown): boolean {
  const type = schema.marks[name]
  if (!type || !outer.allowsMarkType(type)) return false
  if (typeof given !== 'object' || given === null) return given === true || given === null
  return attributes(type, given as Record<string, unknown>)
}
