// Random edits through the interface of yjs itself, as any client may make them.
import { ATTRIBUTES, LISTED, MARKS, VALUES, WORDS } from './chance.mjs'
import { Y } from './yjs.mjs'

const BLOCKS = ['paragraph', 'heading', 'blockquote', 'bulletList', 'listItem', 'table', 'tableRow', 'tableCell']

const fragment = doc => doc.getXmlFragment('default')
const note = doc => doc.getText('note')
const list = doc => doc.getArray('list')
const meta = doc => doc.getMap('meta')

const nodes = (doc, wanted) => {
  const found = []
  const walk = node => {
    if (node instanceof wanted) found.push(node)
    if (node instanceof Y.XmlFragment) node.toArray().forEach(walk)
  }
  walk(fragment(doc))
  return found
}

const element = (name, ...children) => {
  const made = new Y.XmlElement(name)
  if (children.length > 0) made.insert(0, children)
  return made
}
const words = text => {
  const made = new Y.XmlText()
  if (text) made.insert(0, text)
  return made
}
const line = chance => element('paragraph', words(chance.pick(WORDS)))

const nestedList = (chance, depth = 0) =>
  element(chance.pick(['bulletList', 'orderedList']), ...Array.from({ length: 1 + chance.below(3) }, () => {
    const item = element('listItem', line(chance))
    if (depth < 3 && chance.often(0.5)) item.insert(1, [nestedList(chance, depth + 1)])
    return item
  }))
const row = (chance, columns) =>
  element('tableRow', ...Array.from({ length: columns }, () => element('tableCell', line(chance))))
const table = chance => {
  const columns = 1 + chance.below(3)
  return element('table', ...Array.from({ length: 1 + chance.below(3) }, () => row(chance, columns)))
}

// Anything in anything, as no schema would have it.
const wild = (chance, depth = 0) => {
  const made = element(chance.pick(BLOCKS))
  if (depth < 3 && chance.often(0.3)) made.insert(0, [wild(chance, depth + 1), wild(chance, depth + 1)])
  else if (chance.often(0.8)) made.insert(0, [words(chance.pick(WORDS))])
  if (chance.often(0.3)) made.setAttribute('align', chance.pick(['left', 'right']))
  return made
}
const block = chance => chance.pick([line, nestedList, table, wild])(chance)

const inText = act => (chance, doc) => {
  const texts = nodes(doc, Y.XmlText)
  if (texts.length > 0) act(chance, chance.pick(texts))
}
const inElement = act => (chance, doc) => {
  const elements = nodes(doc, Y.XmlElement)
  if (elements.length > 0) act(chance, chance.pick(elements))
}
const inTable = act => (chance, doc) => {
  const tables = nodes(doc, Y.XmlElement).filter(({ nodeName }) => nodeName === 'table')
  if (tables.length > 0) act(chance, chance.pick(tables))
}
const place = (chance, { length }) => chance.below(length + 1)
const removal = (chance, from) => { if (from.length > 0) from.delete(...chance.stretch(from.length)) }

const type = inText((chance, text) => text.insert(place(chance, text), chance.pick(WORDS)))
const erase = inText(removal)

const EDITS = [
  type, type, type, type, erase, erase,
  inText((chance, text) => {
    const marks = { [chance.pick(MARKS)]: chance.pick([true, null, { href: '😀' }]) }
    if (text.length > 0) text.format(...chance.stretch(text.length), marks)
  }),
  inText((chance, text) => text.insert(place(chance, text), chance.pick(WORDS), { [chance.pick(MARKS)]: true })),
  inText((chance, text) => text.setAttribute('lang', chance.pick(['de', 'fr']))),

  (chance, doc) => fragment(doc).insert(place(chance, fragment(doc)), [block(chance)]),
  (chance, doc) => removal(chance, fragment(doc)), // whole lists and tables in which others write
  inElement((chance, node) => node.insert(place(chance, node), [chance.often(0.5) ? block(chance) : words(chance.pick(WORDS))])),
  inElement((chance, node) => removal(chance, node.parent)),
  inElement((chance, node) => { // moved, or put into a quote: made again under new ids
    const { parent } = node
    const at = parent.toArray().indexOf(node)
    const copy = node.clone()
    parent.delete(at, 1)
    parent.insert(place(chance, parent), [chance.often(0.5) ? copy : element('blockquote', copy)])
  }),
  inElement((chance, node) => chance.times(4, () => node.setAttribute(chance.pick(['level', 'align']), chance.pick(ATTRIBUTES)))),
  inElement((chance, node) => node.removeAttribute(chance.pick(['level', 'align']))),

  inTable((chance, found) => found.insert(place(chance, found), [row(chance, 1 + chance.below(3))])),
  inTable((chance, found) => { // a column more or less
    const at = chance.below(3)
    const adding = chance.often(0.6)
    for (const cells of found.toArray()) {
      if (!(cells instanceof Y.XmlElement)) continue
      if (adding) cells.insert(Math.min(at, cells.length), [element('tableCell', line(chance))])
      else if (cells.length > at) cells.delete(at, 1)
    }
  }),

  (chance, doc) => meta(doc).set(chance.pick(['k', 'l']), chance.pick(VALUES)),
  (chance, doc) => meta(doc).delete(chance.pick(['k', 'l'])),
  (chance, doc) => meta(doc).set(chance.pick(['k', 'm']), chance.pick([new Y.Map([['a', 1]]), new Y.Array(), new Y.Text('t😀')])),
  (chance, doc) => { const inner = meta(doc).get('k'); if (inner instanceof Y.Map) inner.set('deep', chance.pick(VALUES)) },
  (chance, doc) => { const inner = meta(doc).get('m'); if (inner instanceof Y.Array) inner.push([chance.pick(LISTED)]) },
  (chance, doc) => list(doc).insert(place(chance, list(doc)), [chance.pick(LISTED), chance.pick(LISTED)]),
  (chance, doc) => removal(chance, list(doc)),
  (chance, doc) => note(doc).insert(place(chance, note(doc)), chance.pick(WORDS)),
  (chance, doc) => note(doc).insertEmbed(place(chance, note(doc)), { image: chance.pick(WORDS) }),
  (chance, doc) => removal(chance, note(doc)),
]

export const freehand = (chance, doc) => doc.transact(() => chance.times(3, () => chance.pick(EDITS)(chance, doc)))
