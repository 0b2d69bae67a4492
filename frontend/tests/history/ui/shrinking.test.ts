import { expect, it } from 'vitest'
import { Shrinking } from '../../../src/history/shrinking'

const MINUTE = 60_000

it('notices what vanishes at once or bit by bit within a minute', () => {
  const [once, slowly] = [new Shrinking(), new Shrinking()]
  expect(once.lost(1_000, 0)).toBe(false)
  expect(once.lost(599, 10)).toBe(true)
  const sizes = [1_000, 900, 800, 700, 590]
  expect(sizes.map((size, i) => slowly.lost(size, (i * MINUTE) / 5))).toEqual([
    ...[false, false, false, false],
    true,
  ])
})

it('takes what takes longer, what grows, and what was short for work', () => {
  const [slow, growing, short] = [new Shrinking(), new Shrinking(), new Shrinking()]
  expect([1_000, 700, 500].map((size, i) => slow.lost(size, i * MINUTE))).not.toContain(true)
  expect([600, 500, 1_000, 700].map((size, i) => growing.lost(size, i))).not.toContain(true)
  expect([399, 0].map((size, i) => short.lost(size, i))).not.toContain(true)
})

it('asks once about what is gone', () => {
  const one = new Shrinking()
  one.lost(2_000, 0)
  expect(one.lost(1_000, 1)).toBe(true)
  one.forget()
  expect(one.lost(1_000, 2)).toBe(false)
  expect(one.lost(500, 3)).toBe(true)
})
