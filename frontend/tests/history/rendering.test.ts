// @vitest-environment jsdom
import { setBlockType, splitBlock } from '@tiptap/pm/commands'
import { wrapInList } from '@tiptap/pm/schema-list'
import type { Command } from '@tiptap/pm/state'
import { deleteRow } from '@tiptap/pm/tables'
import axe from 'axe-core'
import { afterEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../src/editor/schema-of'
import { Blame } from '../../src/history/blame'
import { compare } from '../../src/history/compare'
import { Past } from '../../src/history/past'
import { Sheet } from '../../src/history/rendering'
import { People } from '../../src/history/rendering-words'
import { joined, like, parsed } from '../../src/wire/structs'
import { Desk, randomDesk } from './writers'

const people = new People([
  { id: 1, name: 'Ana', hue: 3, former: false },
  { id: 2, name: 'Bo', hue: 7, former: false },
  { id: 3, name: 'Cem', hue: 9, former: true },
])
const START = new Date(2026, 10, 3, 10, 14).getTime()
const NOON = new Date(2026, 10, 3, 12).getTime()
const NEXT_DAY = NOON + 24 * 3_600_000
const open: Sheet[] = []

function sheet(): Sheet {
  const place = document.createElement('main')
  document.body.append(place)
  const made = new Sheet(place, people)
  open.push(made)
  return made
}

// jsdom has no layout.
Element.prototype.scrollIntoView ??= () => {}

afterEach(() => {
  for (const one of open.splice(0)) one.destroy()
  document.body.replaceChildren()
})

const pastOf = ({ ledger }: Desk): Past => new Past(schema, ledger.log(), ledger.columns())

const erase: Command = (state, dispatch) => {
  dispatch?.(state.tr.deleteSelection())
  return true
}

/** Ana writes a line at 10:14; then Bo does something at once. */
function comparison(text: string, from: number, to: number, ...commands: Command[]) {
  const desk = new Desk(2)
  desk.wait(START)
  desk.writer(1).type(1, text)
  desk.sync()
  const since = desk.ledger.head
  for (const command of commands) desk.writer(2).edit(from, to, command)
  desk.sync()
  return compare(pastOf(desk), since, desk.ledger.head)
}

const labels = (page: Sheet): (string | null)[] =>
  [...page.dom.querySelectorAll('[tabindex]')].map((mark) => mark.getAttribute('aria-label'))

/** As a log is left by documents/custody/redaction.py: ids and lengths stay, the words are gone. */
function redacted(log: Uint8Array, secret: string): Uint8Array {
  const { structs, deleted } = parsed(log)
  const without = structs.map((struct) => {
    const says = struct instanceof Y.Item && struct.content instanceof Y.ContentString
    if (!says || struct.content.getContent().join('') !== secret) return struct
    return like(struct, { content: new Y.ContentDeleted(struct.length) })
  })
  return joined({ structs: without, deleted })
}

describe('a sheet', () => {
  it('shows where words of its moment were removed for ever', () => {
    const desk = new Desk(2)
    desk.writer(1).type(1, 'The key is .')
    desk.sync()
    const before = desk.ledger.head
    desk.writer(2).type(12, 'hunter2')
    desk.sync()
    const written = desk.ledger.head
    desk.writer(1).edit(12, 19, erase)
    desk.sync()
    const { ledger } = desk
    const past = new Past(schema, redacted(ledger.log(), 'hunter2'), ledger.columns())
    expect([before, written, ledger.head].map((seq) => past.at(seq).scars)).toEqual([[], [12], []])
    const page = sheet()
    page.show(past.at(written))
    expect(page.dom.textContent).toBe('The key is .')
    expect(page.dom.querySelector('.scar')?.getAttribute('aria-label')).toContain('removed here')
    page.showComparison(compare(past, 0, written), NOON)
    expect(page.dom.querySelectorAll('.scar')).toHaveLength(1)
    page.showBlame(new Blame(past.at(ledger.head), past.columns), NOON)
    expect(page.dom.querySelectorAll('.scar')).toHaveLength(0)
  })

  it('says of a deletion who deleted and who wrote', () => {
    const page = sheet()
    page.showComparison(comparison('Hello dear world', 6, 11, erase), NOON)
    expect(labels(page)).toEqual(['Deleted by Bo, 10:14; written by Ana'])
    expect(page.dom.querySelector('del')?.textContent).toBe('dear ')
    expect(page.dom.querySelector('del')?.getAttribute('data-hue')).toBe('7')
  })

  it('names the day when it is another', () => {
    const page = sheet()
    page.showComparison(
      comparison('Hello', 6, 6, (state, dispatch) => {
        dispatch?.(state.tr.insertText(' you'))
        return true
      }),
      NEXT_DAY,
    )
    expect(labels(page)).toEqual(['Inserted by Bo, 3 November, 10:14'])
    expect(page.dom.querySelector('.inserted')?.textContent).toBe(' you')
  })

  it('says what restyling is, and marks divisions', () => {
    const heading = setBlockType(schema.nodes.heading as never, { level: 1 })
    const page = sheet()
    page.showComparison(comparison('Hello', 1, 1, heading), NOON)
    expect(labels(page)).toEqual(['Restyled by Bo, 10:14: heading'])
    page.showComparison(comparison('Hello', 3, 3, splitBlock), NOON)
    expect(labels(page)).toEqual(['Paragraph divided by Bo, 10:14'])
  })

  it('shows what the older document lost on the other side', () => {
    const page = sheet()
    page.showComparison(comparison('Hello dear world', 6, 11, erase), NOON, true)
    expect(page.dom.textContent).toBe('Hello dear world')
    expect(page.dom.querySelector('.deleted')?.textContent).toBe('dear ')
  })

  it('leads through the changes, one stop each', () => {
    const page = sheet()
    const bold = schema.marks.bold?.create()
    const change: Command = (state, dispatch) => {
      if (bold) dispatch?.(state.tr.insertText('new ', 7).addMark(8, 10, bold).delete(1, 4))
      return true
    }
    const found = comparison('Hello dear world', 1, 1, change)
    page.showComparison(found, NOON)
    expect(labels(page)).toHaveLength(found.changes.length)
    expect(page.focus(1)).toBe(true)
    expect(page.changeAt()).toBe(1)
    expect(page.focus(9)).toBe(false)
  })

  it('keeps a deleted row a row, and its words struck', () => {
    const cell = (text: string) =>
      schema.node('tableCell', null, schema.node('paragraph', null, schema.text(text)))
    const rows = ['a', 'b'].map((text) => schema.node('tableRow', null, [cell(text), cell('x')]))
    const page = sheet()
    const desk = new Desk(1)
    desk.writer(1).edit(1, 1, (state, dispatch) => {
      dispatch?.(state.tr.replaceSelectionWith(schema.node('table', null, rows)))
      return true
    })
    desk.sync()
    const since = desk.ledger.head
    desk.writer(1).edit(5, 5, deleteRow)
    desk.sync()
    page.showComparison(compare(pastOf(desk), since, desk.ledger.head), NOON)
    const row = page.dom.querySelector('tbody > tr.deleted')
    expect(row?.querySelector('td del')?.textContent).toBe('a')
  })

  it('shows boxes that nobody can tick', () => {
    const desk = new Desk(1)
    desk.writer(1).edit(1, 1, wrapInList(schema.nodes.taskList as never))
    desk.sync()
    const page = sheet()
    page.show(pastOf(desk).at(desk.ledger.head))
    expect(page.dom.querySelector('input')?.disabled).toBe(true)
  })

  it('shows who wrote what, former members without their name', () => {
    const desk = new Desk(3)
    desk.wait(START)
    desk.writer(1).type(1, 'one ')
    desk.sync()
    desk.writer(3).type(5, 'three')
    desk.sync()
    const page = sheet()
    const past = pastOf(desk)
    page.showBlame(new Blame(past.at(past.head), past.columns), NOON)
    expect(labels(page)).toEqual(['Written by Ana, 10:14', 'Written by former member, 10:14'])
  })

  it.each([1, 2, 3, 4, 5])('breaks no rule of accessibility in history %i', async (seed) => {
    const past = pastOf(randomDesk(seed, 40))
    const page = sheet()
    page.showComparison(compare(past, Math.floor(past.head / 3), past.head), NOON)
    const { violations } = await axe.run(page.dom, {
      runOnly: ['wcag2a', 'wcag2aa'],
      rules: { 'color-contrast': { enabled: false } },
    })
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  })
})
