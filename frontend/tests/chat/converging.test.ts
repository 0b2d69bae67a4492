/** Whatever is lost, late or doubled on the way: in the end everybody reads what the server stored. */
import { afterEach, expect, it } from 'vitest'
import { ANA, BO, Browser, calm } from './people'

const RUNS = 100
const STEPS = 60

/** Numbers that look random and are the same in each run (Mulberry32). */
function dice(seed: number): (faces: number) => number {
  let state = seed
  return (faces) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % faces
  }
}

let ana: Browser

afterEach(() => ana.talk.stop())

it.each(Array.from({ length: RUNS }, (_, seed) => seed))('in run %i', async (seed) => {
  const roll = dice(seed)
  ana = new Browser('owner')
  const { server, talk } = ana
  let spoken = 0
  const steps: (() => unknown)[] = [
    () => server.store(BO, `bo ${seed} ${server.stored.length}`, `Bo ${server.stored.length}`),
    () => talk.say(`Ana ${spoken++}`),
    () => talk.remove(1 + roll(server.stored.length + 1)),
    () => server.remove(BO, 1 + roll(server.stored.length + 1)),
    () => ana.arrive(),
    () => ana.hear(),
    () => ana.hear(),
    () => server.told.splice(roll(server.told.length + 1), 1),
    () => server.told.push(...server.told.slice(0, 1)),
    () => server.answer(),
    () => void talk.earlier(),
    () => ana.cut(),
    () => ana.connect('owner'),
  ]
  for (let step = 0; step < STEPS; step++) {
    await steps[roll(steps.length)]?.()
    const numbers = talk.transcript.said.map(({ number }) => number)
    expect(numbers).toEqual([...numbers].sort((one, other) => one - other))
  }
  ana.cut()
  ana.connect('owner')
  await calm(ana)
  while (talk.transcript.hasEarlier) {
    void talk.earlier()
    await calm(ana)
  }
  expect(talk.transcript.said).toEqual(server.stored.filter(({ removes }) => removes === null))
  expect(talk.outgoing.unsaid).toEqual([])
  expect(server.stored.filter(({ by }) => by?.id === ANA.id && by)).toHaveLength(
    spoken + server.stored.filter(({ by, removes }) => by?.id === ANA.id && removes).length,
  )
})
