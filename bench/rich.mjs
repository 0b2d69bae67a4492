// A rich text by many hands, in the editor's own schema: prints the rows that their browsers would have sent.
//   node rich.mjs EDITS WRITERS SEED < FIRST    FIRST: the first update of the log
// A row is: number of the writer (1 byte), length (4 bytes, big-endian), update. They take turns, a few at a time; each
// change is made to ProseMirror's tree and written by y-tiptap, so that a split or a toggle makes text again under other ids.
import { readFileSync, writeSync } from 'node:fs'
import { canJoin, canSplit, findWrapping, liftTarget, Transform } from '@tiptap/pm/transform'
import { initProseMirrorDoc, updateYFragment } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { schema } from '../frontend/src/editor/schema-of'
import { Chance } from '../tests/yjs/chance.mjs'

const AT_ONCE = 4 // so many write in turns, until one of them stops
const LEAST_BLOCKS = 40
const WORDS = `the of and a to in is you that it he was for on are as with his they be at one have this from or had by hot but
some what there we can out other were all your when up use word how said an each she which do their time if will way about
many then them would write like so these her long make thing see him two has look more day could go come did my sound no most
number who over know water than call first people may down side been now find`.split(/\s+/)

const { nodes, marks } = schema
const [edits, writers, seed] = process.argv.slice(2).map(Number)
const chance = new Chance(seed)
const doc = new Y.Doc()
Y.applyUpdate(doc, readFileSync(0))
const fragment = doc.getXmlFragment('default')
const { doc: began, meta } = initProseMirrorDoc(fragment, schema)
let page = began
let sent = null
doc.on('update', update => { sent = update })

const words = count => Array.from({ length: count }, () => chance.pick(WORDS)).join(' ')
const sentence = () => `${words(6 + chance.below(10))}. `
const said = text => (text ? schema.text(text) : null)
const line = (text = '') => nodes.paragraph.create(null, said(text))

/** The text block at a random place, mostly among the last ones, and where it begins. */
function block () {
  const size = page.content.size
  const wanted = chance.often(0.5) ? Math.floor(size * (0.9 + 0.1 * chance.random())) : chance.below(size)
  let found = null
  page.nodesBetween(wanted, Math.min(size, wanted + 2000), (node, at) => {
    if (node.isTextblock) found ??= { node, at }
    return found === null
  })
  return found
}

class Hand {
  constructor (author) {
    this.author = author
    this.client = 1000 + 7919 * author
    this.at = null // where the caret is
    this.left = 0 // keystrokes until it is put elsewhere
    this.typing = ''
  }

  /** One change to the page. */
  act (change) {
    if (this.left-- <= 0 || this.at === null || !page.resolve(this.at).parent.isTextblock) this.click()
    const $at = change.doc.resolve(this.at)
    const roll = chance.random()
    if (roll < 0.85) this.type(change)
    else if (roll < 0.96) this.erase(change, $at)
    else ACTS.find(([share]) => roll - 0.96 < share)?.[1](this, change, $at)
    if (!change.docChanged) this.type(change)
    if (change.doc.childCount < LEAST_BLOCKS && chance.often(0.02)) change.insert(change.doc.content.size, line(sentence()))
  }

  click () {
    const found = block()
    this.left = 5 + chance.below(120)
    this.at = found ? found.at + 1 + (chance.often(0.6) ? found.node.content.size : chance.below(found.node.content.size + 1)) : 1
  }

  type (change) {
    if (!change.doc.resolve(this.at).parent.isTextblock) return
    if (this.typing === '') this.typing = sentence()
    change.insert(this.at, schema.text(this.typing[0], change.doc.resolve(this.at).marks()))
    this.typing = this.typing.slice(1)
  }

  erase (change, $at) {
    if ($at.parentOffset > 0) change.delete(this.at - 1, this.at)
  }
}

const around = $at => [$at.start(), $at.end()]
const blocks = $at => $at.blockRange()
const wrap = type => (hand, change, $at) => {
  const range = blocks($at)
  const wrapping = range && $at.depth < 4 && findWrapping(range, type)
  if (wrapping) change.wrap(range, wrapping)
}
const style = name => (hand, change, $at) => {
  const [start, end] = around($at)
  const from = Math.max(start, hand.at - 20)
  const to = Math.min(end, hand.at + 5)
  if (from >= to || !$at.parent.type.allowsMarkType(marks[name])) return
  const mark = marks[name].create(name === 'link' ? { href: 'https://example.org/' } : null)
  change.doc.rangeHasMark(from, to, mark.type) ? change.removeMark(from, to, mark.type) : change.addMark(from, to, mark)
}
const table = () => {
  const cell = type => type.create(null, line(words(2)))
  const row = type => nodes.tableRow.create(null, [1, 2, 3].map(() => cell(type)))
  return nodes.table.create(null, [row(nodes.tableHeader), row(nodes.tableCell), row(nodes.tableCell)])
}
const insideTable = $at => Array.from({ length: $at.depth }, (_, depth) => depth + 1).find(depth => $at.node(depth).type === nodes.tableRow)

// What people do beside typing, by how often of all their edits.
const ACTS = cumulated([
  [0.012, (hand, change, $at) => { if (canSplit(change.doc, hand.at, 1) && $at.depth < 5) change.split(hand.at, 1) }],
  [0.006, (hand, change, $at) => { // a stretch is selected and deleted
    const [start, end] = around($at)
    const from = Math.max(start, hand.at - 60 - chance.below(200))
    if (from < Math.min(end, hand.at + 20)) change.delete(from, Math.min(end, hand.at + 20))
  }],
  [0.003, (hand, change, $at) => { if ($at.parentOffset === $at.parent.content.size) change.insert(hand.at, schema.text(sentence())) }],
  [0.003, style('bold')], [0.002, style('italic')], [0.001, style('link')],
  [0.002, (hand, change, $at) => {
    const type = $at.parent.type === nodes.heading ? nodes.paragraph : nodes.heading
    if ($at.depth === 1) change.setBlockType(hand.at, hand.at, type, type === nodes.heading ? { level: 1 + chance.below(3) } : null)
  }],
  [0.001, wrap(nodes.bulletList)], [0.0005, wrap(nodes.orderedList)], [0.0005, wrap(nodes.blockquote)],
  [0.0005, (hand, change, $at) => {
    const range = blocks($at)
    const target = range && liftTarget(range)
    if (typeof target === 'number') change.lift(range, target)
  }],
  [0.002, (hand, change, $at) => { // Backspace at the start
    if ($at.depth > 0 && $at.index(0) > 0 && canJoin(change.doc, $at.before(1))) change.join($at.before(1))
  }],
  [0.001, (hand, change, $at) => { if ($at.depth === 1) change.insert($at.after(1), [line(sentence() + sentence()), line(sentence())]) }],
  [0.0006, (hand, change, $at) => { // the block is deleted
    if ($at.depth > 0 && change.doc.childCount > LEAST_BLOCKS) change.delete($at.before(1), $at.after(1))
  }],
  [0.0003, (hand, change, $at) => { if ($at.depth === 1) change.insert($at.after(1), table()) }],
  [0.002, (hand, change, $at) => { // a row is added
    const depth = insideTable($at)
    if (depth) change.insert($at.after(depth), $at.node(depth).copy($at.node(depth).content))
  }],
])

function cumulated (acts) {
  let sum = 0
  return acts.map(([share, act]) => [(sum += share), act])
}

// ProseMirror throws where a change does not fit: then nothing was done.
function attempt (hand) {
  try {
    const change = new Transform(page)
    hand.act(change)
    return change
  } catch (error) {
    if (!(error instanceof RangeError) && !['ReplaceError', 'TransformError'].includes(error.name)) throw error
    hand.left = 0
    return null
  }
}

function print (author, update) {
  const head = Buffer.alloc(5)
  head.writeUInt8(author)
  head.writeUInt32BE(update.length, 1)
  for (let rest = Buffer.concat([head, update]); rest.length > 0;) rest = rest.subarray(wrote(rest))
}

/** A pipe that is full takes nothing for a while. */
function wrote (bytes) {
  try {
    return writeSync(1, bytes)
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error
    return 0
  }
}

const hands = Array.from({ length: writers }, (_, number) => new Hand(number + 1))
let active = hands.slice(0, AT_ONCE)
for (let count = 0; count < edits;) {
  if (chance.often(0.002)) active = [chance.pick(hands), ...active.slice(0, AT_ONCE - 1)]
  const hand = chance.pick(active)
  const change = attempt(hand)
  if (!change?.docChanged) continue
  doc.clientID = hand.client
  sent = null
  doc.transact(() => updateYFragment(doc, fragment, change.doc, meta))
  page = change.doc
  for (const one of active) if (one.at !== null) one.at = change.mapping.map(one.at, one === hand ? 1 : -1)
  if (!sent) continue
  print(hand.author, sent)
  count++
}
