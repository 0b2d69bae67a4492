// Random histories of several writers, as a server would see them come in.
//   node histories.mjs FIRST_SEED COUNT STEPS
// prints one line of JSON a history: {"seed", "rows": [hex, …], "final": visible state}.
// Rows arrive in causal order: single updates, replies after hours offline, whole states
// of browsers that had collected their garbage, and repetitions.
import { Chance } from './chance.mjs'
import { freehand } from './freehand.mjs'
import { tiptap } from './tiptap.mjs'
import { Y, clocks, hex, roots, visible } from './yjs.mjs'

console.log = console.warn = () => {}
const [first, count, steps] = process.argv.slice(2).map(Number)

class Writer {
  constructor (chance, id) {
    this.chance = chance
    this.id = id
    this.gc = chance.often(0.7)
    this.edits = chance.often(0.5) ? [tiptap, tiptap, tiptap, freehand] : [freehand]
    this.outbox = []
    this.borrowed = false // holds what the server may not have, through another tab
    this.seen = 0
    this.open(id)
  }

  open (id, state = null) {
    this.doc = new Y.Doc({ gc: this.gc })
    this.doc.clientID = id
    if (state) Y.applyUpdate(this.doc, state)
    roots(this.doc)
    this.doc.on('update', (update, origin) => { if (origin !== 'remote') this.outbox.push(update) })
    const scope = [this.doc.getXmlFragment('default'), this.doc.getMap('meta'), this.doc.getText('note')]
    this.undo = new Y.UndoManager(scope, { captureTimeout: 0 })
  }

  // The tab is closed, and the document opened again out of IndexedDB.
  reopen () {
    this.id += 10
    this.open(this.id, Y.encodeStateAsUpdate(this.doc))
  }

  edit () {
    this.chance.pick(this.edits)(this.chance, this.doc)
    while (this.chance.often(0.1)) this.chance.pick([() => this.undo.undo(), () => this.undo.redo()])()
  }

  hear (log) {
    for (; this.seen < log.length; this.seen++) Y.applyUpdate(this.doc, log[this.seen], 'remote')
  }
}

class Server {
  constructor () {
    this.doc = new Y.Doc({ gc: false })
    this.log = []
  }

  accept = update => {
    this.log.push(update)
    Y.applyUpdate(this.doc, update)
  }

  receive (writer) {
    const { chance, doc, outbox } = writer
    const way = chance.random()
    if (way < 0.1) this.accept(Y.encodeStateAsUpdate(doc)) // IndexedDB, garbage collected
    else if (writer.borrowed || way < 0.3) this.accept(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(this.doc)))
    else if (way < 0.4 && outbox.length > 0) this.accept(Y.mergeUpdates(outbox))
    else outbox.forEach(this.accept)
    if (way > 0.95) outbox.forEach(this.accept) // sent twice
    writer.outbox = []
    writer.borrowed = false
  }
}

const history = seed => {
  const chance = new Chance(seed)
  const server = new Server()
  const writers = Array.from({ length: 2 + chance.below(3) }, (_, n) =>
    new Writer(chance, 1 + n + chance.below(2 ** (n % 2 ? 30 : 52))))
  for (let step = 0; step < steps; step++) {
    const writer = chance.pick(writers)
    const what = chance.random()
    if (what < 0.6) writer.edit()
    else if (what < 0.8) server.receive(writer)
    else if (what < 0.95) writer.hear(server.log)
    else if (what < 0.97) writer.reopen()
    else {
      Y.applyUpdate(writer.doc, Y.encodeStateAsUpdate(chance.pick(writers).doc), 'remote')
      writer.borrowed = true
    }
  }
  for (let round = 0; round < 2; round++) {
    writers.forEach(writer => server.receive(writer))
    writers.forEach(writer => writer.hear(server.log))
  }
  return { seed, rows: server.log.map(hex), final: visible(writers[0].doc), clocks: clocks(writers[0].doc) }
}

for (let seed = first; seed < first + count; seed++) {
  process.stdout.write(`${JSON.stringify(history(seed))}\n`)
}
