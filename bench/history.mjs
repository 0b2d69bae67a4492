// What a browser's own core does with a history, measured in Node: open, drag, compare, search, blame.
//   node history.mjs LOG COLUMNS SEED    LOG, COLUMNS: answers of the server, in files
// Prints JSON: times in ms, and a phrase that once stood there and no longer does.
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { schema } from '../frontend/src/editor/schema-of'
import { Blame } from '../frontend/src/history/blame'
import { Columns } from '../frontend/src/history/columns'
import { compare } from '../frontend/src/history/compare'
import { Past } from '../frontend/src/history/past'
import { search } from '../frontend/src/history/search'
import { Activity, sittings } from '../frontend/src/history/sittings'
import { Chance } from '../tests/yjs/chance.mjs'

const MOMENTS = 50
const LENGTH = 16
const TRIES = 200
const [log, columns, seed] = process.argv.slice(2)
const chance = new Chance(Number(seed))

function timed (act) {
  const began = performance.now()
  const found = act()
  return [performance.now() - began, found]
}

/** As Book.open does with what came. */
function opened () {
  const past = new Past(schema, readFileSync(log), Columns.decode(readFileSync(columns)))
  return { past, versions: sittings(new Activity(past.columns)), last: past.at(past.head) }
}

/** Words around a letter that was deleted, that stand nowhere in the end. */
function goneFrom (past, text) {
  const deaths = [...past.columns.deathsIn(1, past.head)]
  for (let tries = TRIES; tries > 0; tries--) {
    const death = chance.pick(deaths)
    const words = wordsAround(past.at(death.seq - 1), death)
    if (words.length < LENGTH / 2 || text.includes(words)) continue
    if (search(past, words).some(({ died }) => died)) return words
  }
  throw new Error('nothing was ever deleted')
}

function wordsAround ({ doc, runs }, { client, clock }) {
  const run = runs.find(run => run.client === client && run.clock <= clock && clock < run.clock + run.length)
  if (!run) return ''
  const { parent, parentOffset } = doc.resolve(run.pos + clock - run.clock)
  const from = Math.max(0, parentOffset - LENGTH / 2)
  return parent.textBetween(from, Math.min(parent.content.size, from + LENGTH), ' ', ' ').trim()
}

const [opening, { past, versions, last }] = timed(opened)
const seqs = Array.from({ length: MOMENTS }, () => 1 + chance.below(past.head))
const drag = seqs.map(seq => timed(() => past.at(seq).doc)[0])
const [comparing, { changes }] = timed(() => compare(past, 1, past.head))
const [halfway] = timed(() => compare(past, Math.ceil(past.head / 2), past.head))
const [blaming, { ranges }] = timed(() => new Blame(past.at(past.head), past.columns))
const phrase = goneFrom(past, last.doc.textBetween(0, last.doc.content.size, '\n'))
const [searching, finds] = timed(() => search(past, phrase))
globalThis.gc?.()
const { heapUsed, arrayBuffers } = process.memoryUsage()

console.log(JSON.stringify({
  phrase,
  times: { opening: [opening], drag, comparing: [comparing], halfway: [halfway], blaming: [blaming], searching: [searching] },
  counts: {
    rows: past.head, versions: versions.length, characters: last.doc.textContent.length, blocks: last.doc.childCount,
    changes: changes.length, authored: ranges.length, finds: finds.length, memory: heapUsed + arrayBuffers,
  },
}))
