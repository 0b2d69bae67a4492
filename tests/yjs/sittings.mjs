// People at real editors, and the truth about every character that they write.
//   node sittings.mjs FIRST_SEED COUNT STEPS EASE [RESTORING [silent]]
// EASE: how likely it is, at each step, that a person's edits are sent, and others' heard;
// RESTORING: how likely a step restores what was, or puts it back, or takes a sitting back;
// and undoes it; silent: their editors are others', which declare no carries;
// prints one line of JSON a history: {"seed", "rows": [[author, hex, act, ms], …], "truth":
// {character: [author, deleter]}}: who typed it, and whose row made it vanish (null: it
// is there). Every character is typed once, so that it is known wherever it goes.
import { PEOPLE, Person } from './editors/person.mjs'
import { wait } from './editors/editor.mjs'
import { randomness } from './clients/writing.mjs'
import { Y, hex } from './yjs.mjs'

console.log = console.warn = () => {}
const [first, count, steps, ease, restoring = 0] = process.argv.slice(2, 7).map(Number)
const silent = process.argv[7] === 'silent'
const { Book, RESTORING } = restoring ? await import('./editors/restoring.mjs') : {}

// The server's copy: which characters show, and who made the others vanish.
class Witness {
  constructor () {
    this.doc = new Y.Doc({ gc: false })
    this.gone = new Map() // deleted ids -> when, by whom
    this.rows = 0
    this.truth = {}
    this.shown = new Set()
  }

  take (author, update) {
    this.rows++
    this.doc.transact(transaction => {
      Y.applyUpdate(this.doc, update)
      this.transaction = transaction
    })
    Y.iterateDeletedStructs(this.transaction, this.transaction.deleteSet, ({ id, length }) => {
      for (let n = 0; n < length; n++) {
        const key = `${id.client} ${id.clock + n}`
        if (!this.gone.has(key)) this.gone.set(key, [this.rows, author])
      }
    })
    const shown = new Set()
    const hidden = []
    const all = this.transaction.doc.store.clients
    for (const structs of all.values()) {
      for (const struct of structs) {
        if (!(struct.content instanceof Y.ContentString)) continue
        ;[...struct.content.str].forEach((one, n) => {
          if (!(one in this.truth)) return // a new line in a block of code
          if (!struct.deleted) shown.add(one)
          else hidden.push([one, struct, n])
        })
      }
    }
    for (const [one, struct, n] of hidden) {
      if (shown.has(one)) continue
      if (this.shown.has(one)) this.truth[one][1] = author
      else if (this.truth[one][1] === undefined) this.truth[one][1] = this.firstGone(struct, n)
    }
    for (const one of shown) this.truth[one][1] = null
    this.shown = shown
  }

  // Text that never showed was typed into what somebody had deleted.
  firstGone (struct, offset) {
    const ids = [`${struct.id.client} ${struct.id.clock + offset}`]
    for (let item = struct.parent._item; item; item = item.parent._item) ids.push(`${item.id.client} ${item.id.clock}`)
    const found = ids.map(id => this.gone.get(id)).filter(gone => gone)
    return found.sort(([a], [b]) => a - b)[0][1]
  }
}

const history = seed => {
  const random = randomness(seed)
  const log = []
  const witness = new Witness()
  const book = Book && new Book()
  let next = 0x3400 // letters that nothing else here writes, one unit each
  const writer = author => length => {
    let text = ''
    for (; length > 0; length--, next++) {
      const one = String.fromCharCode(next)
      witness.truth[one] = [author, undefined]
      text += one
    }
    return text
  }
  const accept = (author, update, act) => {
    log.push([author, update, act, Date.now()])
    book?.take(author, update, Date.now())
    witness.take(author, update)
  }
  const start = new Y.Doc()
  start.clientID = PEOPLE
  start.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
  accept(null, Y.encodeStateAsUpdate(start))
  const people = Array.from({ length: PEOPLE }, (_, n) => new Person(random, n + 1, log, writer(n + 1), silent))
  const send = person => {
    for (const [update, act] of person.outbox) accept(person.author, update, act)
    person.outbox = []
  }
  const restore = person => {
    const names = Object.keys(RESTORING)
    const name = names[Math.floor(random() * names.length)]
    person.hear(log) // as far as the history reaches that they look at
    Object.assign(person, { doing: name, book })
    person.alive(() => RESTORING[name](person))
    person.doing = 'hearing'
    wait(2000)
  }
  for (let step = 0; step < steps; step++) {
    const person = people[Math.floor(random() * PEOPLE)]
    if (restoring && random() < restoring) restore(person)
    else person.act()
    for (const one of people) if (random() < ease) send(one)
    for (const one of people) if (random() < ease) one.hear(log)
  }
  people.forEach(send)
  people.forEach(one => one.editor.destroy())
  return { seed, rows: log.map(([author, update, act, at]) => [author, hex(update), act, at]), truth: witness.truth, reloads: people.reduce((n, one) => n + one.reloads, 0) }
}

for (let seed = first; seed < first + count; seed++) {
  process.stdout.write(`${JSON.stringify(history(seed))}\n`)
}
process.stdout.write('', () => process.exit(0)) // editors leave timers behind; a reader may be slow
