// Our own restoring (frontend/src/history) in these editors: whole moments, blocks of one, phrases,
// and sittings taken back.
import { ours } from './ours.mjs'
import { Y } from '../yjs.mjs'

const { Ledger, Past, perform, putBack, restoreBlocks, restoreMoment, search, undoTurn } = await ours()

// The server's columns, with the carries as they truly are: every letter is typed once.
export class Book {
  constructor () {
    this.ledger = new Ledger()
    this.firsts = new Map()
  }

  take (author, update, at) {
    this.ledger.append(update, author ?? 0, at)
    for (const { id, content } of Y.decodeUpdate(update).structs) {
      if (!(content instanceof Y.ContentString)) continue
      const carried = this.ledger.carries.get(id.client) ?? []
      this.ledger.carries.set(id.client, carried)
      ;[...content.str].forEach((letter, n) => {
        const own = { client: id.client, clock: id.clock + n }
        const first = this.firsts.get(letter) ?? own
        this.firsts.set(letter, first)
        if (first.client === own.client && first.clock === own.clock) delete carried[own.clock]
        else carried[own.clock] = first
      })
    }
  }

  past (schema) {
    return new Past(schema, this.ledger.log(), this.ledger.columns())
  }
}

const live = ({ editor, doc }) => ({ state: editor.state, root: doc.getXmlFragment('default') })
const below = (random, n) => Math.floor(random() * n)

const restore = person => {
  const past = person.book.past(person.editor.schema)
  const seq = Math.max(1, past.head - below(person.random, 30))
  perform(person.editor.view, person.doc, restoreMoment(live(person), past, seq))
}

const blocks = person => {
  const past = person.book.past(person.editor.schema)
  const seq = Math.max(1, past.head - below(person.random, 30))
  const { size } = past.at(seq).doc.content
  const [from, to] = [below(person.random, size + 1), below(person.random, size + 1)].sort((a, b) => a - b)
  perform(person.editor.view, person.doc, restoreBlocks(live(person), past, seq, from, to))
}

const phrase = person => {
  const past = person.book.past(person.editor.schema)
  const { doc } = past.at(Math.max(1, past.head - below(person.random, 30)))
  const texts = []
  doc.descendants(node => { if (node.isText) texts.push(node.text) })
  const text = texts[below(person.random, texts.length)]
  if (!text) return
  const at = below(person.random, text.length)
  const wanted = text.slice(at, at + 1 + below(person.random, 6))
  const find = search(past, wanted).find(({ died }) => died)
  if (find) perform(person.editor.view, person.doc, putBack(live(person), past, find))
}

const takeBack = person => {
  const past = person.book.past(person.editor.schema)
  const last = Math.max(1, past.head - below(person.random, 10))
  const turn = { author: 1 + below(person.random, 5), first: Math.max(1, last - below(person.random, 20)), last }
  perform(person.editor.view, person.doc, undoTurn(live(person), past, turn))
}

const undoing = act => person => {
  act(person)
  for (const command of ['undo', 'redo', 'undo']) {
    if (person.random() < 0.4) return
    person.doing = command
    person.alive(() => person.editor.commands[command]())
  }
}

export const RESTORING = {
  restore: undoing(restore), restoreBlocks: undoing(blocks), putBack: undoing(phrase), takeBack: undoing(takeBack),
}
