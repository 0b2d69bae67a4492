/** How times and days are said, in English, from milliseconds since 1970. */

/** A way to say a date; making one takes long, and a history says thousands. */
const dated = (options: Intl.DateTimeFormatOptions): ((date: Date) => string) => {
  const format = new Intl.DateTimeFormat('en-GB', options)
  return (date) => format.format(date)
}

/** A day with its weekday. */
export const day = dated({ weekday: 'long', day: 'numeric', month: 'long' })
const dayOfYear = dated({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const shortDay = dated({ day: 'numeric', month: 'long' })
const shortDayOfYear = dated({ day: 'numeric', month: 'long', year: 'numeric' })
const minutes = dated({ hour: '2-digit', minute: '2-digit' })

const isSameYear = (one: Date, other: Date): boolean => one.getFullYear() === other.getFullYear()
const isSameDay = (one: Date, other: Date): boolean => one.toDateString() === other.toDateString()

/** What was at a time of a day: without the day when it is today, with the year when it is another. */
const dayAnd = (time: string, date: Date, today: Date): string => {
  if (isSameDay(date, today)) return time
  const named = isSameYear(date, today) ? shortDay(date) : shortDayOfYear(date)
  return `${named}, ${time}`
}

/** A time in the past. */
export const when = (at: number, now: number): string =>
  dayAnd(minutes(new Date(at)), new Date(at), new Date(now))

/** A time of its day. */
export const hour = (at: number): string => minutes(new Date(at))

/** Two times of one day: one where they are the same minute. */
export const hours = (from: number, to: number): string => {
  const [first, last] = [minutes(new Date(from)), minutes(new Date(to))]
  return first === last ? first : `${first}–${last}`
}

/** From one time to another, with the day once where it is one. */
export const between = (at: number, until: number, now: number): string =>
  isSameDay(new Date(at), new Date(until))
    ? dayAnd(hours(at, until), new Date(at), new Date(now))
    : `${when(at, now)} – ${when(until, now)}`

/** A day: today's and yesterday's by these names, with the year when it is another. */
export const dayOf = (date: Date, now: number): string => {
  const today = new Date(now)
  if (isSameDay(date, today)) return 'Today'
  if (isSameDay(date, new Date(now - 24 * 3600_000))) return 'Yesterday'
  return isSameYear(date, today) ? day(date) : dayOfYear(date)
}
