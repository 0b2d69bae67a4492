/**
 * Who wrote what of the text that is edited, as far as the server has told: the columns of its log and
 * its people, without the log itself.
 */
import { Refused } from '../api'
import { Blame } from './blame'
import { allColumnsOf, isTraced, type Summary, summaryOf } from './book'
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
    const columns = await allColumnsOf(document, summary, 1)
    if (!columns) throw new RangeError('a log without rows')
    return new Authorship(document, summary, columns)
  }

  /** Whether it is still being found who first wrote what. */
  get isTraced(): boolean {
    return this.#columns.traced >= this.#columns.last
  }

  /** Asks for the rows that came since. False: the log was rewritten. Throws Refused, Unreachable. */
  async grow(): Promise<boolean> {
    const summary = await summaryOf(this.document)
    if (summary.epoch !== this.#epoch) return false
    try {
      const isMore = !this.isTraced && isTraced(summary)
      const from = isMore ? 1 : this.#columns.last + 1
      const found = await allColumnsOf(this.document, summary, from)
      if (found) this.#columns = isMore ? found : this.#columns.with(found)
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
