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

export type Audience = 'owner' | 'editors' | 'readers'

export type Summary = {
  epoch: number
  head: number
  title: string
  people: Person[]
  bookmarks: Bookmark[]
  redactions: { first: number; last: number; by: number | null; at: number }[]
  /** Up to which seq this person has seen the document; null before a first visit. */
  seen: number | null
  audience: Audience
  may_write: boolean
  may_own: boolean
}

const path = (document: string): string => `/documents/${document}/history`

/** Asks what a history is shown with. Throws Refused, Unreachable. */
export const summaryOf = (document: string): Promise<Summary> => ask('GET', path(document))

export class Book {
  people: People
  activity: Activity
  sittings: Sitting[]

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
    const [log, columns] = await rows(document, summary.epoch, 1, summary.head)
    return new Book(document, summary, new Past(schema, log, columns))
  }

  /**
   * Loads what came since. False: the log was rewritten, and this book tells of one that is no more.
   * Throws Refused, Unreachable.
   */
  async grow(): Promise<boolean> {
    const summary = await summaryOf(this.document)
    if (summary.epoch !== this.summary.epoch) return false
    const { head } = this.past
    try {
      if (summary.head > head) {
        this.past.extend(...(await rows(this.document, summary.epoch, head + 1, summary.head)))
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
    await ask('POST', `${path(this.document)}/bookmarks`, { seq, name })
  }

  async change(bookmark: number, to: { name?: string; locked?: boolean }): Promise<void> {
    await ask('PATCH', `${path(this.document)}/bookmarks/${bookmark}`, to)
  }

  async forget(bookmark: number): Promise<void> {
    await ask('DELETE', `${path(this.document)}/bookmarks/${bookmark}`)
  }

  async show(audience: Audience): Promise<void> {
    await ask('PUT', `${path(this.document)}/audience`, { audience })
  }

  /** Takes text out of the whole log for ever; a new epoch begins. */
  async redact(ranges: [client: number, clock: number, length: number][]): Promise<void> {
    await ask('POST', `${path(this.document)}/redact`, { ranges })
  }
}

async function rows(
  document: string,
  epoch: number,
  from: number,
  to: number,
): Promise<[log: Uint8Array, columns: Columns]> {
  const query = `?epoch=${epoch}&from=${from}&to=${to}`
  const [log, columns] = await Promise.all([
    load(`${path(document)}/log${query}`),
    load(`${path(document)}/columns${query}`),
  ])
  return [log, Columns.decode(columns)]
}
