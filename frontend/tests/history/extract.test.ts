import type { Node } from '@tiptap/pm/model'
import { describe, expect, it } from 'vitest'
import { schema } from '../../src/editor/schema-of'
import { type Extract, extract, isMuch } from '../../src/history/extract'
import { Past } from '../../src/history/past'
import { dice, randomDesk } from './writers'

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)
const BREAK = '\n'

const line = (text: string): Node => schema.node('paragraph', null, text ? schema.text(text) : [])
const page = (...blocks: Node[]): Node => schema.node('doc', null, blocks)

function textOf(doc: Node, from = 0, to = doc.content.size): string {
  return doc.textBetween(from, to, BREAK, BREAK)
}

/** Looks whether an extract says from a position on what the whole says there. */
function compared(doc: Node, pos: number, lines: number): Extract {
  const part = extract(doc, pos, lines)
  expect(part.doc.resolve(pos - part.shift).parent.type).toBe(doc.resolve(pos).parent.type)
  for (const from of [part.from, Math.min(pos, part.to)]) {
    const said = textOf(part.doc, from - part.shift, part.to - part.shift)
    expect(said).toBe(textOf(doc, from, part.to))
  }
  return part
}

describe('an extract', () => {
  it.each(SEEDS)('of random text %i says there what the whole says', (seed) => {
    const { ledger } = randomDesk(seed, 60)
    const { doc } = new Past(schema, ledger.log(), ledger.columns()).at(ledger.head)
    const random = dice(seed)
    for (let tries = 0; tries < 30; tries++) {
      const pos = Math.floor(random() * doc.content.size)
      compared(doc, pos, 1 + Math.floor(random() * 5))
    }
  })

  it('is of bounded size, wherever it is taken from one long paragraph', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i}`).join(' ')
    const doc = page(line(words))
    for (const pos of [1, 50_000, 99_000, doc.content.size - 1]) {
      const { size } = compared(doc, pos, 60).doc.content
      expect(size).toBeLessThan(20_000)
      expect(size).toBeGreaterThan(60 * 100)
    }
    expect(extract(doc, 1, 60).from).toBe(0)
    expect(extract(doc, 50_000, 60).from).toBe(50_000)
  })

  it('is of bounded size in one long list, and in many empty lines', () => {
    const items = Array.from({ length: 3_000 }, (_, i) =>
      schema.node('listItem', null, line(`item ${i}`)),
    )
    const list = page(schema.node('bulletList', null, items))
    const part = compared(list, 30_000, 40)
    expect(part.doc.textContent.length).toBeLessThan(1_500)
    expect(part.doc.firstChild?.type).toBe(list.firstChild?.type)
    expect(part.doc.nodeAt(30_000 - part.shift)).toEqual(list.nodeAt(30_000))
    const empty = page(...Array.from({ length: 3_000 }, () => line('')))
    expect(extract(empty, 3_000, 40).doc.childCount).toBe(40)
  })

  it('reaches back where the text ends before the window is filled', () => {
    const doc = page(...Array.from({ length: 100 }, (_, i) => line(`line ${i}`)))
    const part = extract(doc, doc.content.size - 2, 10)
    expect(part.doc.lastChild?.textContent).toBe('line 99')
    expect(part.doc.childCount).toBeGreaterThanOrEqual(10)
    expect(extract(page(line('all of it')), 5, 10)).toMatchObject({ from: 0, shift: 0 })
  })
})

describe('what changes at once', () => {
  it('is little when few blocks are others, and much when many or long ones are', () => {
    const many = Array.from({ length: 2_000 }, (_, i) => line(`line ${i}`))
    const doc = page(...many)
    expect(isMuch(doc, page(...many.with(7, line('another')), line('one more')))).toBe(false)
    expect(isMuch(doc, page(...many.map(({ textContent }) => line(`${textContent}!`))))).toBe(true)
    expect(isMuch(doc, page(...many.slice(0, 100)))).toBe(true)
    expect(isMuch(page(line('a'.repeat(9_000))), page(line('b'.repeat(9_000))))).toBe(true)
  })
})
