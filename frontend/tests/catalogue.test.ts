import { describe, expect, it } from 'vitest'
import { words } from '../src/catalogue'

const at = (day: number, hour: number, minute: number) =>
  new Date(2026, 10, day, hour, minute).getTime()

describe('the time between two moments', () => {
  const now = at(22, 18, 0)
  const between = (from: number, to: number) => words.between(from, to, now)

  it('is said once where it is one minute', () => {
    expect(between(at(22, 9, 5), at(22, 9, 5))).toBe('09:05')
    expect(between(at(21, 9, 5), at(21, 9, 5))).toBe('21 November, 09:05')
  })

  it('names its day once where it is one day', () => {
    expect(between(at(22, 9, 5), at(22, 9, 31))).toBe('09:05–09:31')
    expect(between(at(21, 9, 5), at(21, 9, 31))).toBe('21 November, 09:05–09:31')
  })

  it('names both days where they are two', () => {
    expect(between(at(20, 23, 50), at(21, 0, 10))).toBe('20 November, 23:50 – 21 November, 00:10')
    expect(between(at(21, 23, 50), at(22, 0, 10))).toBe('21 November, 23:50 – 00:10')
  })
})
