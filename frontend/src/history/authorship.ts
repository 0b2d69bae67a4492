/**
 * Who wrote what of the text that is edited, as far as the server has told: the columns of its log and
 * its people, without the log itself.
 */
import { Refused } from '../api'
import { Blame } from './blame'
import { columnsOf, MOST_ROWS, type Summary, summaryOf } from './book'
import type { Columns } from './columns'
import type { Moment } from './past'
import { People } from './rendering-words'

/** The answer of a server whose log is in another epoch. */
const ANOTHER_EPOCH = 409

export class Authorship {
  people: People
  readonly #epoch: number
  #columns: Columns

  private constructor(
    readonly document: string,
    { epoch, people }: Summary,
    columns: Columns,
  ) {
    this.#epoch = epoch
    this.#columns = columns
    this.people = new People(people)
  }

  /** Asks for all rows up to now. Throws Refused, Unreachable. */
  static async open(document: string): Promise<Authorship> {
    const summary = await summaryOf(document)
    const columns = await rowsOf(document, summary, 1)
    if (!columns) throw new RangeError('a log without rows')
    return new Authorship(document, summary, columns)
  }

  /** Asks for the rows that came since. False: the log was rewritten. Throws Refused, Unreachable. */
  async grow(): Promise<boolean> {
    const summary = await summaryOf(this.document)
    if (summary.epoch !== this.#epoch) return false
    try {
      const later = await rowsOf(this.document, summary, this.#columns.last + 1)
      if (later) this.#columns = this.#columns.with(later)
    } catch (error) {
      if (error instanceof Refused && error.status === ANOTHER_EPOCH) return false
      throw error
    }
    this.people = new People(summary.people)
    return true
  }

  /** What is in `moment` and in no row that is known here has the author null. */
  blame(moment: Moment): Blame {
    return new Blame(moment, this.#columns)
  }
}

/** The columns from a row on, in as many answers as that takes; null: there is no such row. */
async function rowsOf(
  document: string,
  { epoch, head }: Summary,
  from: number,
): Promise<Columns | null> {
  const parts: Columns[] = []
  for (let first = from; first <= head; first += MOST_ROWS) {
    const last = Math.min(head, first + MOST_ROWS - 1)
    parts.push(await columnsOf(document, epoch, first, last))
  }
  return parts.length > 0 ? parts.reduce((all, part) => all.with(part)) : null
}
