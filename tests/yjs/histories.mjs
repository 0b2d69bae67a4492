// Random histories of several writers, as a server would see them come in.
//   node histories.mjs FIRST_SEED COUNT STEPS
// prints one line of JSON a history: {"seed", "rows": [hex, …], "final": visible state}.
// Rows arrive in causal order: single updates, replies after hours offline, whole states
// of browsers that had collected their garbage, and repetitions.
import { Y, clocks, hex, roots, visible } from './yjs.mjs'

console.log = console.warn = () => {}
const [first, count, steps] = process.argv.slice(2).map(Number)

const randomness = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const WORDS = ['a', 'hello', 'é', '日本語', '😀', 'x😀y', '🇫🇷', '👩‍👩‍👧', 'ש', ' ', 'lorem ipsum', '\u0000', '\n']
const VALUES = [1, -0, 0, -7, 3.5, 1e300, true, null, undefined, 'text', '😀', [1, [2]], { a: { b: [] } }, 2n ** 60n, new Uint8Array([1, 2])]
const LISTED = VALUES.filter(value => value !== undefined && typeof value !== 'bigint')
const BLOCKS = ['paragraph', 'heading', 'blockquote', 'bulletList', 'listItem', 'table', 'tableRow', 'tableCell']
const MARKS = ['bold', 'italic', 'link', 'comment--x1']

class Writer {
  constructor (random, id, gc) {
    this.random = random
    this.doc = new Y.Doc({ gc })
    this.doc.clientID = id
    roots(this.doc)
    this.outbox = []
    this.borrowed = false // holds what the server may not have, through another tab
    this.seen = 0
    this.doc.on('update', (update, origin) => { if (origin !== 'remote') this.outbox.push(update) })
    this.undo = new Y.UndoManager([this.doc.getXmlFragment('default'), this.doc.getMap('meta')], { captureTimeout: 0 })
  }

  below (n) { return Math.floor(this.random() * n) }
  pick (list) { return list[this.below(list.length)] }

  nodes (wanted) {
    const found = []
    const walk = node => {
      if (node instanceof wanted) found.push(node)
      if (node instanceof Y.XmlFragment) node.toArray().forEach(walk)
    }
    walk(this.doc.getXmlFragment('default'))
    return found
  }

  block (depth = 0) {
    const element = new Y.XmlElement(this.pick(BLOCKS))
    if (depth < 3 && this.random() < 0.3) {
      element.insert(0, [this.block(depth + 1), this.block(depth + 1)])
    } else if (this.random() < 0.8) {
      const text = new Y.XmlText()
      text.insert(0, this.pick(WORDS))
      element.insert(0, [text])
    }
    if (this.random() < 0.3) element.setAttribute('align', this.pick(['left', 'right']))
    return element
  }

  edit () {
    this.doc.transact(() => { for (let n = this.below(3); n >= 0; n--) this.pick(EDITS)(this) })
    if (this.random() < 0.1) this.pick([() => this.undo.undo(), () => this.undo.redo()])()
  }

  hear (log) {
    for (; this.seen < log.length; this.seen++) Y.applyUpdate(this.doc, log[this.seen], 'remote')
  }
}

const inText = act => writer => {
  const texts = writer.nodes(Y.XmlText)
  if (texts.length > 0) act(writer, writer.pick(texts))
}
const inElement = act => writer => {
  const elements = writer.nodes(Y.XmlElement)
  if (elements.length > 0) act(writer, writer.pick(elements))
}
const stretch = (writer, length) => {
  const at = writer.below(length)
  return [at, 1 + writer.below(Math.min(length - at, 6))]
}
const removal = (writer, list) => { if (list.length > 0) list.delete(...stretch(writer, list.length)) }

const type = inText((w, text) => text.insert(w.below(text.length + 1), w.pick(WORDS)))
const erase = inText(removal)
const EDITS = [
  type, type, type, type, erase, erase,
  inText((w, text) => { if (text.length > 0) text.format(...stretch(w, text.length), { [w.pick(MARKS)]: w.pick([true, null, { href: '😀' }]) }) }),
  inText((w, text) => text.insert(w.below(text.length + 1), w.pick(WORDS), { [w.pick(MARKS)]: true })),
  w => { const note = w.doc.getText('note'); note.insertEmbed(w.below(note.length + 1), { image: w.pick(WORDS) }) },
  inText((w, text) => text.setAttribute('lang', w.pick(['de', 'fr']))),
  w => w.doc.getXmlFragment('default').insert(w.below(w.doc.getXmlFragment('default').length + 1), [w.block()]),
  inElement((w, element) => element.insert(w.below(element.length + 1), [w.random() < 0.5 ? w.block() : new Y.XmlText(w.pick(WORDS))])),
  inElement((w, element) => removal(w, element.parent)),
  inElement((w, element) => { for (let n = w.below(4); n >= 0; n--) element.setAttribute(w.pick(['level', 'align']), w.pick(VALUES)) }),
  inElement((w, element) => element.removeAttribute(w.pick(['level', 'align']))),
  w => w.doc.getMap('meta').set(w.pick(['k', 'l']), w.pick(VALUES)),
  w => w.doc.getMap('meta').delete(w.pick(['k', 'l'])),
  w => w.doc.getMap('meta').set(w.pick(['k', 'm']), w.pick([new Y.Map([['a', 1]]), new Y.Array(), new Y.Text('t😀')])),
  w => { const inner = w.doc.getMap('meta').get('k'); if (inner instanceof Y.Map) inner.set('deep', w.pick(VALUES)) },
  w => w.doc.getArray('list').insert(w.below(w.doc.getArray('list').length + 1), [w.pick(LISTED), w.pick(LISTED)]),
  w => removal(w, w.doc.getArray('list')),
  w => w.doc.getText('note').insert(w.below(w.doc.getText('note').length + 1), w.pick(WORDS)),
  w => removal(w, w.doc.getText('note')),
]

const history = seed => {
  const random = randomness(seed)
  const server = new Y.Doc({ gc: false })
  const log = []
  const accept = update => {
    log.push(update)
    Y.applyUpdate(server, update)
  }
  const writers = Array.from({ length: 2 + Math.floor(random() * 3) }, (_, n) =>
    new Writer(random, 1 + n + Math.floor(random() * 2 ** (n % 2 ? 30 : 52)), random() < 0.7))
  const send = writer => {
    const way = random()
    if (way < 0.1) accept(Y.encodeStateAsUpdate(writer.doc)) // IndexedDB, garbage collected
    else if (writer.borrowed || way < 0.3) accept(Y.encodeStateAsUpdate(writer.doc, Y.encodeStateVector(server)))
    else if (way < 0.4 && writer.outbox.length > 0) accept(Y.mergeUpdates(writer.outbox))
    else writer.outbox.forEach(accept)
    if (way > 0.95) writer.outbox.forEach(accept) // sent twice
    writer.outbox = []
    writer.borrowed = false
  }
  for (let step = 0; step < steps; step++) {
    const writer = writers[Math.floor(random() * writers.length)]
    const what = random()
    if (what < 0.6) writer.edit()
    else if (what < 0.8) send(writer)
    else if (what < 0.97) writer.hear(log)
    else {
      const other = writers[Math.floor(random() * writers.length)]
      Y.applyUpdate(writer.doc, Y.encodeStateAsUpdate(other.doc), 'remote')
      writer.borrowed = true
    }
  }
  for (let round = 0; round < 2; round++) {
    writers.forEach(send)
    writers.forEach(writer => writer.hear(log))
  }
  return { seed, rows: log.map(hex), final: visible(writers[0].doc), clocks: clocks(writers[0].doc) }
}

for (let seed = first; seed < first + count; seed++) {
  process.stdout.write(`${JSON.stringify(history(seed))}\n`)
}
