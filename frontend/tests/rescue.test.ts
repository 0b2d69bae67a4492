/** The words of what no server took, read without the document that they stand in. */
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { wordsIn } from '../src/wire/rescue'
import { withoutContent } from '../src/wire/rewrite'
import { append, paragraph } from './fake-server'

/** Three paragraphs of somebody else, and the updates that `write` makes in them. */
function unsent(...edits: ((doc: Y.Doc) => void)[]): Uint8Array[] {
  const before = new Y.Doc()
  append(before, 'The cat sat.')
  append(before, '')
  before.getXmlFragment('default').push([new Y.XmlElement('paragraph')])
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(before))
  // What was written before is durable: clocks do not begin with these updates.
  append(doc, 'Durable.')
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const edit of edits) doc.transact(() => edit(doc))
  return updates
}

const textIn = (doc: Y.Doc, block: number) =>
  (doc.getXmlFragment('default').get(block) as Y.XmlElement).get(0) as Y.XmlText

const typed = (block: number, at: number, words: string) =>
  [...words].map((letter, i) => (doc: Y.Doc) => textIn(doc, block).insert(at + i, letter))

describe('what was typed', () => {
  it('is nothing where nothing was', () => {
    expect(wordsIn([])).toBe('')
  })

  it('inside a text of others comes without their words', () => {
    expect(wordsIn(unsent(...typed(0, 8, 'big ')))).toBe('big ')
  })

  it('at several places stands line by line, in the order of writing', () => {
    const edits = [...typed(1, 0, 'below'), ...typed(0, 12, ' It slept.'), ...typed(0, 0, 'Look: ')]
    expect(wordsIn(unsent(...edits))).toBe('below\n It slept.\nLook: ')
  })

  it('into an empty block and then below it comes in that order', () => {
    const inside = (doc: Y.Doc) => {
      const empty = doc.getXmlFragment('default').get(2) as Y.XmlElement
      empty.insert(0, [new Y.XmlText('above')])
    }
    const below = (doc: Y.Doc) => doc.getXmlFragment('default').insert(3, [paragraph('below')])
    expect(wordsIn(unsent(inside, below))).toBe('above\nbelow')
  })

  it('inside of what was typed is in its place', () => {
    expect(wordsIn(unsent(...typed(1, 0, 'one three'), ...typed(1, 4, 'two ')))).toBe(
      'one two three',
    )
  })

  it('and deleted again does not come', () => {
    const take = (doc: Y.Doc) => textIn(doc, 1).delete(0, 4)
    expect(wordsIn(unsent(...typed(1, 0, 'bad good'), take))).toBe('good')
  })

  it('in blocks of its own comes block by block, whatever they are', () => {
    const list = (doc: Y.Doc) => {
      const whole = new Y.XmlElement('bulletList')
      for (const text of ['second', 'first']) {
        const item = new Y.XmlElement('listItem')
        item.insert(0, [paragraph(text)])
        whole.insert(0, [item])
      }
      doc.getXmlFragment('default').insert(1, [whole, paragraph('after 😀')])
    }
    expect(wordsIn(unsent(list))).toBe('first\nsecond\nafter 😀')
  })

  it('loses its looks, and a mark alone is no word', () => {
    const bold = (doc: Y.Doc) => textIn(doc, 1).format(0, 4, { bold: true })
    expect(wordsIn(unsent(...typed(1, 0, 'bold move'), bold))).toBe('bold move')
    const foreign = (doc: Y.Doc) => textIn(doc, 0).format(0, 3, { bold: true })
    const heading = (doc: Y.Doc) =>
      (doc.getXmlFragment('default').get(0) as Y.XmlElement).setAttribute('level', '2')
    expect(wordsIn(unsent(foreign, heading, heading))).toBe('')
  })

  it('where words of others only went is nothing', () => {
    expect(wordsIn(unsent((doc) => textIn(doc, 0).delete(0, 5)))).toBe('')
  })

  it('comes as a whole from several windows, and from updates that came twice', () => {
    const [one, other] = [unsent(...typed(1, 0, 'left')), unsent(...typed(1, 0, 'right'))]
    expect(
      wordsIn([...one, ...other, ...one])
        .split('\n')
        .sort(),
    ).toEqual(['left', 'right'])
  })

  it('comes without what was refused and emptied, and with what stands beside it', () => {
    const updates = unsent(...typed(1, 0, 'abc'))
    const refused = new Set([updates[1] as Uint8Array])
    expect(wordsIn(withoutContent(updates, refused))).toBe('ac')
  })

  it('comes where a part of it was taken', () => {
    const [first, , third] = unsent(...typed(1, 0, 'abc')) as [Uint8Array, Uint8Array, Uint8Array]
    expect(wordsIn([first, third])).toBe('a\nc')
  })

  it('is all there where updates overlap, whichever comes first', () => {
    const doc = new Y.Doc()
    append(doc, '')
    const before = Y.encodeStateVector(doc)
    // Yjs makes one item of what follows in clocks and places: of the first three letters, then of all.
    doc.transact(() => textIn(doc, 0).insert(0, 'abc'))
    const three = Y.encodeStateAsUpdate(doc, before)
    const afterThree = Y.encodeStateVectorFromUpdate(three)
    doc.transact(() => textIn(doc, 0).insert(3, 'def'))
    const six = Y.encodeStateAsUpdate(doc, before)
    const rest = Y.encodeStateAsUpdate(doc, afterThree)
    for (const updates of [[three, six], [six, three], [rest, six], [six], [three, rest]]) {
      expect(wordsIn(updates)).toBe('abcdef')
    }
  })

  it('is all there where one begins inside another', () => {
    const doc = new Y.Doc()
    append(doc, '')
    const states = [Y.encodeStateVector(doc)]
    const text = textIn(doc, 0)
    const grown = [...'abcdef'].map((letter, i) => {
      doc.transact(() => text.insert(i, letter))
      states.push(Y.encodeStateVector(doc))
      return Y.encodeStateAsUpdate(doc)
    })
    const front = Y.diffUpdate(grown[3] as Uint8Array, states[0] as Uint8Array) // abcd
    const back = Y.diffUpdate(grown[5] as Uint8Array, states[2] as Uint8Array) // cdef
    expect(wordsIn([front, back])).toBe('abcdef')
    expect(wordsIn([back, front])).toBe('abcdef')
  })

  it('is all there where one update leaves out what another holds', () => {
    const [first, second, third] = unsent(...typed(1, 0, 'abc')) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    expect(wordsIn([Y.mergeUpdates([first, third]), second])).toBe('abc')
  })

  it('is all there when it is long', () => {
    const words = 'word '.repeat(2_000)
    expect(wordsIn(unsent(...typed(1, 0, words)))).toBe(words)
  })
})
