/**
 * What the editor can bear of attributes and tables, whoever wrote them. A value that does not become
 * text (an object with its own `toString`) stops the page when it is drawn, and a table takes memory
 * for every cell that its spans could cover.
 */
import * as Y from 'yjs'

/** As in HTML. */
const WIDEST = 1_000
const MOST_CELLS = 50_000

/** Whether an attribute holds something simple, and spans what a table may. */
export function isBearable(name: string, value: unknown): boolean {
  if (name === 'colspan' || name === 'rowspan') return value == null || isSpan(value)
  return Array.isArray(value) ? value.every(isSimple) : isSimple(value)
}

const isSimple = (value: unknown): boolean =>
  value == null || ['string', 'number', 'boolean'].includes(typeof value)

const isSpan = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= WIDEST

/** Whether the cells of a table, in a grid that holds them all, are not too many. */
export function isSmall(table: Y.XmlElement): boolean {
  const rows = elements(table).map(elements)
  let widest = 0
  let reaching = 0 // the width of cells that lie in several rows
  for (const cells of rows) {
    widest = Math.max(widest, total(cells))
    reaching += total(cells.filter((cell) => span(cell, 'rowspan') > 1))
  }
  return rows.length * (widest + reaching) <= MOST_CELLS
}

const elements = (parent: Y.XmlElement): Y.XmlElement[] =>
  parent.toArray().filter((child) => child instanceof Y.XmlElement)

const total = (cells: Y.XmlElement[]): number =>
  cells.reduce((sum, cell) => sum + span(cell, 'colspan'), 0)

function span(cell: Y.XmlElement, name: string): number {
  const value: unknown = cell.getAttribute(name)
  return isSpan(value) ? value : 1
}
