// People at real editors who write ordinary words, and who wrote each letter.
//   node twins.mjs FIRST_SEED COUNT STEPS [silent]
// prints one line of JSON a history: {"seed", "rows": [[author, hex, act, ms], …],
// "authors": [author, …]}: of each letter that shows in the end, along the document.
// The same people do the same at a twin of the document, in which every letter is
// typed once: what stands at a place there tells who wrote what stands here. A history
// ends where the two no longer say the same: what an undo brings back Yjs may lay elsewhere.
import { PEOPLE, Person } from './editors/person.mjs'
import { randomness } from './clients/writing.mjs'
import { Y, hex } from './yjs.mjs'

console.log = console.warn = () => {}
const [first, count, steps] = process.argv.slice(2, 5).map(Number)
const silent = process.argv[5] === 'silent'

const WORDS = `the a of to and in that it is was he for on are with as his they be at one have this from or had by hot word but
what some we can out other were all there when up use your how said an each she which do their time if will way about many then
them write would like so these her long make thing see him two has look more day could go come did number sound no most people
my over know water than call first who may down side been now find any new work part take get place made live where after back
little only round man year came show every good me give our under name very through just form sentence great think say help low
line differ turn cause much mean before move right boy old too same tell does set three want air well also play small end put`.split(/\s+/)

const start = () => {
  const doc = new Y.Doc()
  doc.clientID = PEOPLE
  doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')])
  return [null, Y.encodeStateAsUpdate(doc), null, Date.now()]
}

// A document with its people, who hear of everything at once.
class World {
  constructor (seed, writer) {
    const random = randomness(seed)
    this.log = [start()]
    this.people = Array.from({ length: PEOPLE }, (_, n) => {
      const person = new Person(random, n + 1, this.log, writer(n + 1), silent)
      person.shortestCut = Infinity
      return person
    })
  }

  step (seed) {
    const random = randomness(seed)
    const person = this.people[Math.floor(random() * PEOPLE)]
    person.random = random
    person.act()
    for (const [update, act] of person.outbox) this.log.push([person.author, update, act, Date.now()])
    person.outbox = []
    this.people.forEach(one => one.hear(this.log))
  }

  // What the document looks like to who cannot read.
  get shape () {
    const one = this.people[0]
    const doc = JSON.stringify(one.editor.getJSON(), (key, value) => (key === 'text' ? value.replace(/[^\n]/g, 'x') : value))
    return [doc, ...this.people.map(({ reloads }) => reloads)].join()
  }

  letters () {
    const all = []
    this.people[0].editor.state.doc.descendants(node => { if (node.isText) all.push(...node.text) })
    return all
  }
}

const history = seed => {
  const authors = {}
  const places = {} // each letter of the twin: which of all that its author typed
  const typed = {} // what each author typed in the other document
  let next = 0x3400
  const once = author => {
    let place = 0
    return length => {
      let text = ''
      for (; length > 0; length--, next++, place++) {
        const letter = String.fromCharCode(next)
        authors[letter] = author
        places[letter] = place
        text += letter
      }
      return text
    }
  }
  const random = randomness(seed + 1e6)
  const words = author => {
    let rest = ''
    typed[author] = ''
    return length => {
      while (rest.length < length) rest += `${WORDS[Math.floor(random() * WORDS.length)]} `
      const text = rest.slice(0, length)
      rest = rest.slice(length)
      typed[author] += text
      return text
    }
  }
  const isSame = (letter, here) => letter === here || typed[authors[letter]]?.[places[letter]] === here
  const twin = new World(seed, once)
  const world = new World(seed, words)
  let found
  for (let step = 0; step < steps; step++) {
    twin.step(seed * 1000 + step)
    world.step(seed * 1000 + step)
    if (twin.shape !== world.shape) break
    const [letters, here] = [twin.letters(), world.letters()]
    if (!letters.every((letter, i) => isSame(letter, here[i]))) break
    found = { rows: world.log.length, letters }
  }
  for (const { people } of [twin, world]) people.forEach(one => one.editor.destroy())
  return {
    seed,
    rows: world.log.slice(0, found.rows).map(([author, update, act, at]) => [author, hex(update), act, at]),
    authors: found.letters.map(one => authors[one] ?? null),
  }
}

for (let seed = first; seed < first + count; seed++) {
  process.stdout.write(`${JSON.stringify(history(seed))}\n`)
}
process.stdout.write('', () => process.exit(0)) // editors leave timers behind; a reader may be slow
