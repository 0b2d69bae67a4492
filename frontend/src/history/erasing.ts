/** Which ids have to go so that words of a moment are nowhere any more. */
import type { Columns, Stretch } from './columns'
import type { Moment } from './past'

export type Range = [client: number, clock: number, length: number]

/** All ids under which the words between two positions were ever said, in runs. */
export function idsOf(moment: Moment, columns: Columns, from: number, to: number): Range[] {
  const firsts = moment.runs.flatMap((run) => {
    const start = Math.max(run.pos, from)
    const length = Math.min(run.pos + run.length, to) - start
    if (length <= 0) return []
    return columns.firstsOf({ client: run.client, clock: run.clock + start - run.pos, length })
  })
  const clocks = new Map<number, Set<number>>()
  for (const { client, clock } of firsts.flatMap((first) => copies(columns, first))) {
    const known = clocks.get(client)
    if (known) known.add(clock)
    else clocks.set(client, new Set([clock]))
  }
  return [...clocks].flatMap(([client, all]) => runs(client, all))
}

function copies(columns: Columns, { client, clock, length }: Stretch) {
  return Array.from({ length }, (_, k) => columns.saidAs({ client, clock: clock + k })).flat()
}

function runs(client: number, clocks: ReadonlySet<number>): Range[] {
  const found: Range[] = []
  for (const clock of [...clocks].sort((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && last[1] + last[2] === clock) last[2]++
    else found.push([client, clock, 1])
  }
  return found
}
