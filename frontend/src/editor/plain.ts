/**
 * A document as plain elements, for reading only: what is not known is shown as its text inside a
 * marked block. Writes nothing to the document, whatever is in it.
 */
import * as Y from 'yjs'
import { words } from '../catalogue'
import { FRAGMENT } from './foreign'
import { isSafe } from './link'

const BLOCKS: Record<string, string> = {
  paragraph: 'p',
  blockquote: 'blockquote',
  codeBlock: 'pre',
  horizontalRule: 'hr',
  hardBreak: 'br',
  bulletList: 'ul',
  orderedList: 'ol',
  listItem: 'li',
  taskList: 'ul',
  taskItem: 'li',
  table: 'table',
  tableRow: 'tr',
  tableCell: 'td',
  tableHeader: 'th',
}

const MARKS: Record<string, string> = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strike: 's',
  code: 'code',
}

/** Shows the document in `place`, in the place of what was there. */
export function showPlain(place: HTMLElement, doc: Y.Doc): void {
  place.replaceChildren(...shown(doc.getXmlFragment(FRAGMENT)))
}

function shown(parent: Y.XmlFragment): Node[] {
  return parent.toArray().flatMap((child): Node[] => {
    if (child instanceof Y.XmlElement) return [block(child)]
    if (child instanceof Y.XmlText) return runs(child)
    return [unknown('')]
  })
}

function block(node: Y.XmlElement): HTMLElement {
  const tag = node.nodeName === 'heading' ? heading(node) : named(BLOCKS, node.nodeName)
  const element = tag ? document.createElement(tag) : unknown(node.nodeName)
  element.append(...shown(node))
  return element
}

function heading(node: Y.XmlElement): string | undefined {
  const level: unknown = node.getAttribute('level')
  return level === 1 || level === 2 || level === 3 ? `h${level}` : undefined
}

/** Names come from anybody: `constructor` is none of ours. */
const named = (tags: Record<string, string>, name: string): string | undefined =>
  Object.hasOwn(tags, name) ? tags[name] : undefined

function unknown(name: string): HTMLElement {
  const element = document.createElement('div')
  element.className = 'unknown-part'
  element.title = words.unknownPart(name)
  return element
}

type Run = { insert: unknown; attributes?: Record<string, unknown> }

function runs(text: Y.XmlText): Node[] {
  const delta = text.toDelta() as Run[]
  return delta.map(({ insert, attributes = {} }) => {
    if (typeof insert !== 'string') return unknown('')
    const plain: Node = document.createTextNode(insert)
    return Object.entries(attributes).reduce(marked, plain)
  })
}

function marked(inner: Node, [name, value]: [string, unknown]): Node {
  const tag = named(MARKS, name)
  const element = name === 'link' ? link(value) : tag ? document.createElement(tag) : null
  if (!element) return inner
  element.append(inner)
  return element
}

function link(value: unknown): HTMLElement | null {
  const href = (value as { href?: unknown } | null)?.href
  if (typeof href !== 'string' || !isSafe(href)) return null
  const anchor = document.createElement('a')
  anchor.href = href
  anchor.rel = 'noopener noreferrer nofollow'
  anchor.target = '_blank'
  return anchor
}
