// Our own restoring (frontend/src/history) in these editors: whole moments, blocks of one, phrases,
// and sittings taken back.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Y } from '../yjs.mjs'

const frontend = fileURLToPath(new URL('../../../frontend/', import.meta.url))
const require = createRequire(`${frontend}package.json`)
const { build } = require('rolldown')

const ENTRY = `
  export { Past } from '${frontend}src/history/past.ts'
  export { perform, putBack, restoreBlocks, restoreMoment, undoTurn } from '${frontend}src/history/restoring.ts'
  export { search } from '${frontend}src/history/search.ts'
  export { Ledger } from '${frontend}tests/history/ledger.ts'
`
const entry = {
  name: 'entry',
  resolveId: id => (id === 'entry' ? id : null),
  load: id => (id === 'entry' ? { code: ENTRY, moduleType: 'ts' } : null),
}
const { output: [{ code }] } = await build({
  input: 'entry', write: false, plugins: [entry], external: /^[^./]*(?<!entry)$|^[@a-z][^:]*\//, output: { format: 'cjs' },
})
const ours = {}
new Function('require', 'exports', code)(require, ours)

// The server's columns, with the carries as they truly are: every letter is typed once.
export class Book {
  constructor () {
    this.ledger = new ours.Ledger()
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
    return new ours.Past(schema, this.ledger.log(), this.ledger.columns())
  }
}

const live = ({ editor, doc }) => ({ state: editor.state, root: doc.getXmlFragment('default') })
const below = (random, n) => Math.floor(random() * n)

const restore = person => {
  const past = person.book.past(person.editor.schema)
  const seq = Math.max(1, past.head - below(person.random, 30))
  ours.perform(person.editor.view, person.doc, ours.restoreMoment(live(person), past, seq))
}

const restoreBlocks = person => {
  const past = person.book.past(person.editor.schema)
  const seq = Math.max(1, past.head - below(person.random, 30))
  const { size } = past.at(seq).doc.content
  const [from, to] = [below(person.random, size + 1), below(person.random, size + 1)].sort((a, b) => a - b)
  ours.perform(person.editor.view, person.doc, ours.restoreBlocks(live(person), past, seq, from, to))
}

const putBack = person => {
  const past = person.book.past(person.editor.schema)
  const { doc } = past.at(Math.max(1, past.head - below(person.random, 30)))
  const texts = []
  doc.descendants(node => { if (node.isText) texts.push(node.text) })
  const text = texts[below(person.random, texts.length)]
  if (!text) return
  const at = below(person.random, text.length)
  const phrase = text.slice(at, at + 1 + below(person.random, 6))
  const find = ours.search(past, phrase).find(({ died }) => died)
  if (find) ours.perform(person.editor.view, person.doc, ours.putBack(live(person), past, find))
}

const takeBack = person => {
  const past = person.book.past(person.editor.schema)
  const last = Math.max(1, past.head - below(person.random, 10))
  const turn = { author: 1 + below(person.random, 5), first: Math.max(1, last - below(person.random, 20)), last }
  ours.perform(person.editor.view, person.doc, ours.undoTurn(live(person), past, turn))
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
  restore: undoing(restore), restoreBlocks: undoing(restoreBlocks), putBack: undoing(putBack), takeBack: undoing(takeBack),
}
