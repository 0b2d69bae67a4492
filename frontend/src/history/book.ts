/**
 * The history of a document as this page has loaded it: the whole log, its columns, who wrote, what
 * people have named. It grows while others write, and begins anew when the log was rewritten.
 */
import { ask, load, Refused } from '../api'
import { schema } from '../editor/schema-of'
import { Columns } from './columns'
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

/** The server's answer to what takes longer; asked again after so long (ms), so often. */
const NOT_YET = 503
const AGAIN = 1_500
const TRIES = 40

const path = (document: string): string => `/documents/${document}/history`

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
    for await (const [log, columns] of parts(document, summary.epoch, 1, summary.head)) {
      if (past) past.extend(log, columns)
      else past = new Past(schema, log, columns)
    }
    if (!past) throw new RangeError('a log without rows')
    return new Book(document, summary, past)
  }

  /**
   * Loads what came since. False: the log was rewritten, and this book tells of one that is no more.
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
      for await (const rows of parts(this.document, summary.epoch, head + 1, summary.head)) {
        this.past.extend(...rows)
      }
      if (this.past.head > head) {
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
      told = (await this.#send('GET', `/redact?epoch=${told.epoch}`)) as Told
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
export const MOST_ROWS = 2 ** 18

async function rows(document: string, epoch: number, from: number, to: number): Promise<Rows> {
  const query = `?epoch=${epoch}&from=${from}&to=${to}`
  return await Promise.all([
    patiently(() => load(`${path(document)}/log${query}`)),
    columnsOf(document, epoch, from, to),
  ])
}

/** The columns of some rows, of as many as one answer gives: the last ones. */
export async function columnsOf(
  document: string,
  epoch: number,
  from: number,
  to: number,
): Promise<Columns> {
  const first = Math.max(from, to - MOST_ROWS + 1)
  const query = `?epoch=${epoch}&from=${first}&to=${to}`
  return Columns.decode(await patiently(() => load(`${path(document)}/columns${query}`)))
}

/** Rows `from` to `to`, in as many answers as that takes. */
async function* parts(document: string, epoch: number, from: number, to: number) {
  for (let first = from; first <= to; first += MOST_ROWS) {
    yield await rows(document, epoch, first, Math.min(to, first + MOST_ROWS - 1))
  }
}

/** What the server has to prepare first is asked for again, until it is there. */
async function patiently<T>(asked: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await asked()
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== NOT_YET || tries === TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, AGAIN))
    }
  }
}
