import { beforeEach, expect, it, vi } from 'vitest'
import { type Guest, Margin } from '../../src/beside/margin'

type Seen = Guest & { isOpen: boolean }

const guest = (): Seen => {
  const seen = {
    isOpen: false,
    open: () => {
      seen.isOpen = true
    },
    close: () => {
      seen.isOpen = false
    },
  }
  return seen
}

let past: { isOpen: boolean; leave: () => void }
let margin: Margin
let [one, other] = [guest(), guest()]

beforeEach(() => {
  past = { isOpen: false, leave: vi.fn() }
  margin = new Margin(() => past)
  one = guest()
  other = guest()
})

it('has one of them at a time', () => {
  margin.take(one)
  margin.take(other)
  expect([one.isOpen, other.isOpen]).toEqual([false, true])
  expect([margin.has(one), margin.has(other)]).toEqual([false, true])
})

it('gives way to the past, and opens the last who waited for it to go', () => {
  margin.take(one)
  past.isOpen = true
  margin.turned(true)
  expect([one.isOpen, margin.has(one)]).toEqual([false, false])
  margin.take(one)
  margin.take(other)
  expect(past.leave).toHaveBeenCalledTimes(2)
  expect(other.isOpen).toBe(false)
  past.isOpen = false
  margin.turned(false)
  expect([one.isOpen, other.isOpen]).toEqual([false, true])
})

it('opens nobody who did not wait', () => {
  margin.take(one)
  margin.turned(true)
  margin.turned(false)
  expect(one.isOpen).toBe(false)
})
