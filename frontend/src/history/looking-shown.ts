/** What timeline and bar say of a walk. */
import { words } from '../catalogue'
import type { BarShown } from './bar'
import type { Speed } from './playing'
import type { Scene } from './scene'
import type { Activity, Bucket } from './sittings'
import { BARS, type TimelineShown } from './timeline'
import type { Walk } from './walk'

/** A skyline is drawn anew with every frame, and changes only with its activity. */
const skylines = new WeakMap<Activity, Bucket[]>()

export function timelineOf(
  walk: Walk,
  { playing, speed }: { playing: boolean; speed: Speed },
  now: number,
): TimelineShown {
  const { seq, since, head, book } = walk
  const said = (edit: number): string => {
    const { author, at } = book.past.columns.stamp(edit)
    return words.momentOf(book.people.name(author), words.when(at, now), edit, head)
  }
  const { bookmarks, redactions } = book.summary
  return {
    head,
    at: seq,
    from: walk.isCompared ? walk.since : null,
    skyline: skylineOf(book.activity),
    bookmarks,
    redactions,
    said: said(seq),
    saidFrom: since > 0 ? said(since) : words.theBeginning,
    playing,
    speed,
  }
}

function skylineOf(activity: Activity): Bucket[] {
  const known = skylines.get(activity) ?? activity.skyline(BARS)
  skylines.set(activity, known)
  return known
}

/** `mayWrite`: there is a live text that the person may edit. */
export function barOf(walk: Walk, scene: Scene, mayWrite: boolean, now: number): BarShown {
  return {
    now,
    view: walk.view,
    needsWidth: walk.view !== walk.place.view,
    at: walk.when(walk.seq),
    since: walk.head - walk.seq,
    from: walk.isCompared ? (walk.when(walk.since) ?? 0) : null,
    counts: scene.comparison?.counts ?? null,
    current: scene.current,
    mayWrite,
    mayRedact: walk.book.summary.may_own,
    selection: scene.selected !== null,
    redacted: redacted(walk, now),
    traced: walk.book.traced,
  }
}

function redacted({ seq, book }: Walk, now: number): string | null {
  const here = book.summary.redactions.find(({ first, last }) => first <= seq && seq <= last)
  return here ? words.redactedBy(book.people.name(here.by), words.when(here.at, now)) : null
}
