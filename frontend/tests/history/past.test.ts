import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../src/editor/schema-of'
import { Past } from '../../src/history/past'
import { Ledger } from './ledger'
import { Desk, dice, randomDesk, shownBy } from './writers'

const pastOf = (ledger: Ledger): Past => new Past(schema, ledger.log(), ledger.columns())
const SEEDS = Array.from({ length: 30 }, (_, seed) => seed)

describe('every moment', () => {
  it.each(SEEDS)('of random history %i is what y-tiptap shows', (seed) => {
    const { ledger } = randomDesk(seed, 60)
    const past = pastOf(ledger)
    const random = dice(seed)
    for (let seq = 1; seq <= ledger.head; seq++) {
      const shown = shownBy(ledger, seq).toJSON()
      expect(past.at(seq).doc.toJSON(), `after ${seq}`).toEqual(shown)
      past.at(Math.ceil(random() * ledger.head))
      expect(past.at(seq).doc.toJSON(), `back at ${seq}`).toEqual(shown)
    }
  })

  it('is the same when the rows come part by part', () => {
    const { ledger } = randomDesk(77, 80)
    const part = Math.floor(ledger.head / 3)
    const past = new Past(schema, ledger.log(1, part), ledger.columns(1, part))
    past.at(part)
    for (let last = part; last < ledger.head; ) {
      const first = last + 1
      last = Math.min(ledger.head, last + 5)
      past.extend(ledger.log(first, last), ledger.columns(first, last))
      expect(past.at(last).doc.toJSON()).toEqual(shownBy(ledger, last).toJSON())
    }
    for (let seq = 1; seq <= ledger.head; seq++) {
      expect(past.at(seq).doc.toJSON()).toEqual(shownBy(ledger, seq).toJSON())
    }
  })
})

describe('the ids of a moment', () => {
  it.each(SEEDS.slice(0, 10))('of random history %i are those of Yjs', (seed) => {
    const { ledger } = randomDesk(seed, 60)
    const past = pastOf(ledger)
    for (let seq = 1; seq <= ledger.head; seq += 7) {
      const { doc, runs, elements } = past.at(seq)
      const said = textsOf(ledger, seq)
      let characters = 0
      for (const { pos, client, clock, length } of runs) {
        characters += length
        const text = doc.textBetween(pos, pos + length)
        expect([...text].join('')).toBe(said.slice(client, clock, length))
      }
      expect(characters).toBe(doc.textContent.length)
      for (const { pos, node } of elements) expect(doc.nodeAt(pos)).toBe(node)
    }
  })

  it('name who set a mark and an attribute', () => {
    const desk = new Desk(2)
    desk.writer(1).type(1, 'Hello')
    desk.sync()
    const strong = schema.marks.bold?.create()
    desk.writer(2).edit(1, 3, (state, dispatch) => {
      if (strong) dispatch?.(state.tr.addMark(1, 3, strong))
      return true
    })
    desk.sync()
    const { runs } = pastOf(desk.ledger).at(desk.ledger.head)
    const [bold, rest] = runs
    expect(bold?.formats.get('bold')).toMatchObject({ client: 101, value: {} })
    expect(rest?.formats.get('bold')).toMatchObject({ client: 101, value: null })
  })
})

describe('what the editor does not know', () => {
  it('is left out, and said', () => {
    const doc = new Y.Doc()
    const ledger = new Ledger()
    doc.on('update', (update: Uint8Array) => ledger.append(update))
    const root = doc.getXmlFragment('default')
    root.insert(0, [new Y.XmlElement('paragraph')])
    root.insert(1, [new Y.XmlElement('video')])
    const past = pastOf(ledger)
    expect(past.at(1).whole).toBe(true)
    expect(past.at(2).whole).toBe(false)
    expect(past.at(2).doc.childCount).toBe(1)
  })
})

describe('the writing of a paper, 259,778 edits (B4)', () => {
  const { edits, end } = JSON.parse(
    gunzipSync(readFileSync(new URL('../../../tests/data/b4.json.gz', import.meta.url))).toString(),
  ) as { edits: [number, number, string][]; end: string }

  it('shows at every moment what its replay gives', { timeout: 60_000 }, () => {
    const ledger = replayed(edits)
    const past = pastOf(ledger)
    const random = dice(4)
    const seqs = Array.from({ length: 200 }, () => Math.ceil(random() * edits.length))
    let text = ''
    let next = 0
    for (const seq of seqs.sort((a, b) => a - b)) {
      for (; next < seq; next++) {
        const [at, gone, said] = edits[next] ?? [0, 0, '']
        text = text.slice(0, at) + said + text.slice(at + gone)
      }
      expect(past.at(seq + 1).doc.textContent === text, `after ${seq} edits`).toBe(true)
    }
    expect(past.at(ledger.head).doc.textContent === end).toBe(true)
  })
})

/** One update an edit, into the first paragraph, without the bytes that nobody needs here. */
function replayed(edits: [number, number, string][]): Ledger {
  const doc = new Y.Doc({ gc: false })
  const ledger = new Ledger()
  const line = new Y.XmlElement('paragraph')
  const text = new Y.XmlText()
  doc.on('afterTransaction', (transaction: Y.Transaction) => ledger.note(transaction))
  doc.transact(() => {
    line.insert(0, [text])
    doc.getXmlFragment('default').insert(0, [line])
  })
  for (const [at, gone, said] of edits) {
    doc.transact(() => {
      if (gone > 0) text.delete(at, gone)
      if (said !== '') text.insert(at, said)
    })
  }
  ledger.log = () => Y.encodeStateAsUpdate(doc)
  return ledger
}

/** Every character that ever was, by id. */
function textsOf(ledger: Ledger, seq: number) {
  const doc = new Y.Doc({ gc: false })
  for (const update of ledger.updates.slice(0, seq)) Y.applyUpdate(doc, update)
  return {
    slice: (client: number, clock: number, length: number) => {
      let text = ''
      for (const struct of doc.store.clients.get(client) ?? []) {
        if (!(struct instanceof Y.Item && struct.content instanceof Y.ContentString)) continue
        for (const [k, char] of struct.content.str.split('').entries()) {
          const at = struct.id.clock + k
          if (at >= clock && at < clock + length) text += char
        }
      }
      return text
    },
  }
}
