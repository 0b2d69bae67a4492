/**
 * The history of a document as this page has loaded it: the whole log, its columns, who wrote, what
 * people have named. It grows while others write, and begins anew when the log was rewritten.
 */
import { ask, load, NotYet, Refused } from '../api'
import { schema } from '../editor/schema-of'
import { Columns, NEVER } from './columns'
import { Past } from './past'
import { People, type Person } from './rendering-words'
import { Activity, type Sitting, sittings } from './sittings'

export type Bookmark = {
  id: number
  seq: number
  name: string
  by: number | null
  at: number
  locked: boolean
}

/** Words were taken out of rows `first` to `last` for ever. */
export type Redaction = { first: number; last: number; by: number | null; at: number }

/** Rows before + 1 to `seq` deleted this share of the document. */
export type Alarm = { before: number; seq: number; by: number; at: number; share: number }

export type Audience = 'owner' | 'editors' | 'readers'

export type Summary = {
  epoch: number
  head: number
  /** Up to which row the server has found who first wrote what. */
  traced: number
  title: string
  people: Person[]
  bookmarks: Bookmark[]
  redactions: Redaction[]
  /** Much of the document vanished at once, and nobody has answered to it. */
  alarm?: Alarm | null
  /** Up to which seq this person has seen the document; null before a first visit. */
  seen: number | null
  audience: Audience
  may_write: boolean
  may_own: boolean
}

/** What takes longer is asked for again after so long (ms). */
const AGAIN = 1_500

const path = (document: string): string => `/documents/${document}/history`

/** Whether the server has found for all rows who first wrote what. */
export const isTraced = ({ traced, head }: Summary): boolean => traced >= head

/** Asks what a history is shown with. Throws Refused, Unreachable. */
export const summaryOf = (document: string): Promise<Summary> =>
  patiently(() => ask('GET', path(document)))

export class Book {
  people: People
  activity: Activity
  sittings: Sitting[]
  #asked: Promise<unknown> = Promise.resolve()

  private constructor(
    readonly document: string,
    public summary: Summary,
    readonly past: Past,
  ) {
    this.people = new People(summary.people)
    this.activity = new Activity(past.columns)
    this.sittings = sittings(this.activity)
  }

  /** Loads a history up to its head. Throws Refused, Unreachable. */
  static async open(document: string): Promise<Book> {
    const summary = await summaryOf(document)
    let past: Past | null = null
    for await (const [log, columns] of parts(document, summary, 1)) {
      if (past) past.extend(log, columns)
      else past = new Past(schema, log, columns)
    }
    if (!past) throw new RangeError('a log without rows')
    return new Book(document, summary, past)
  }

  /** How much is found of who first wrote what, in percent; null: all of it. */
  get traced(): number | null {
    const { columns, head } = this.past
    return columns.traced < head ? Math.floor((100 * this.summary.traced) / head) : null
  }

  /**
   * Loads what came since, and who first wrote what where that is found by now. False: the log was rewritten, and this book tells of one that is no more.
   * Throws Refused, Unreachable.
   */
  grow(): Promise<boolean> {
    return this.#inTurn(() => this.#grow())
  }

  async #grow(): Promise<boolean> {
    const summary = await summaryOf(this.document)
    if (summary.epoch !== this.summary.epoch) return false
    const { head } = this.past
    try {
      for await (const rows of parts(this.document, summary, head + 1)) {
        this.past.extend(...rows)
      }
      const { columns } = this.past
      const isMore = columns.traced < head && isTraced(summary)
      const all = isMore && (await allColumnsOf(this.document, summary, 1))
      if (all) this.past.learn(all)
      if (this.past.columns !== columns || this.past.head > head) {
        this.activity = new Activity(this.past.columns)
        this.sittings = sittings(this.activity)
      }
    } catch (error) {
      if (error instanceof Refused && error.status === 409) return false
      throw error
    }
    this.summary = summary
    this.people = new People(summary.people)
    return true
  }

  async name(seq: number, name: string): Promise<void> {
    await this.#send('POST', '/bookmarks', { seq, name })
  }

  async change(bookmark: number, to: { name?: string; locked?: boolean }): Promise<void> {
    await this.#send('PATCH', `/bookmarks/${bookmark}`, to)
  }

  async forget(bookmark: number): Promise<void> {
    await this.#send('DELETE', `/bookmarks/${bookmark}`)
  }

  async show(audience: Audience): Promise<void> {
    await this.#send('PUT', '/audience', { audience })
  }

  /** Takes text out of the whole log for ever, however long it takes; a new epoch begins. */
  async redact(ranges: [client: number, clock: number, length: number][]): Promise<void> {
    type Told = { done?: boolean; epoch: number }
    let told = (await this.#send('POST', '/redact', { ranges })) as Told
    while (told.done === false) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN))
      const { epoch } = told
      told = (await patiently(() => this.#send('GET', `/redact?epoch=${epoch}`))) as Told
    }
  }

  #send(method: string, what: string, body?: object): Promise<unknown> {
    return this.#inTurn(() => ask(method, path(this.document) + what, body))
  }

  /** One thing after the other: a name is given before it is locked, and rows come once. */
  #inTurn<T>(asked: () => Promise<T>): Promise<T> {
    const answer = this.#asked.then(asked)
    this.#asked = answer.catch(() => {})
    return answer
  }
}

type Rows = [log: Uint8Array, columns: Columns]

/** Rows of one answer; the server gives no more. */
const MOST_ROWS = 2 ** 18

async function rows(document: string, of: Summary, from: number, to: number): Promise<Rows> {
  const query = `?epoch=${of.epoch}&from=${from}&to=${to}`
  return await Promise.all([
    patiently(() => load(`${path(document)}/log${query}`)),
    columnsOf(document, of, from, to),
  ])
}

/** The columns of some rows, of as many as one answer gives: the last ones. */
export async function columnsOf(
  document: string,
  of: Summary,
  from: number,
  to: number,
): Promise<Columns> {
  const first = Math.max(from, to - MOST_ROWS + 1)
  const query = `?epoch=${of.epoch}&from=${first}&to=${to}`
  const bytes = await patiently(() => load(`${path(document)}/columns${query}`))
  return Columns.decode(bytes, isTraced(of) ? NEVER : of.traced)
}

/** The columns from a row on, in as many answers as that takes; null: there is no such row. */
export async function allColumnsOf(
  document: string,
  of: Summary,
  from: number,
): Promise<Columns | null> {
  const parts: Columns[] = []
  for (let first = from; first <= of.head; first += MOST_ROWS) {
    parts.push(await columnsOf(document, of, first, Math.min(of.head, first + MOST_ROWS - 1)))
  }
  return parts.length > 0 ? parts.reduce((all, part) => all.with(part)) : null
}

/** Rows `from` to `to`, in as many answers as that takes. */
async function* parts(document: string, of: Summary, from: number) {
  for (let first = from; first <= of.head; first += MOST_ROWS) {
    yield await rows(document, of, first, Math.min(of.head, first + MOST_ROWS - 1))
  }
}

/** What the server has to prepare first, or what one asked for too often, is asked for again. */
async function patiently<T>(asked: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await asked()
    } catch (error) {
      const isEarly = error instanceof NotYet || (error instanceof Refused && error.seconds > 0)
      if (!isEarly) throw error
      await new Promise((resolve) => setTimeout(resolve, 1000 * error.seconds))
    }
  }
}
