// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchActivity } from '../src/presence/activity'
import { hueOf, initials } from '../src/presence/people'
import { showRoster } from '../src/presence/roster'
import type { RosterEntry } from '../src/wire/frames'

const person = (user: number, name = `Person ${user}`): RosterEntry => ({
  user,
  name,
  hue: user,
  status: 'active',
  since: 0,
  tabs: 1,
})

describe('people', () => {
  it('have initials in any script', () => {
    expect(initials('Ada Lovelace')).toBe('AL')
    expect(initials('  maria  de la cruz ')).toBe('MC')
    expect(initials('Zoë')).toBe('Z')
    expect(initials('👩🏽‍🚀 pilot')).toBe('👩P')
    expect(initials('')).toBe('?')
  })

  it('have one of twelve colours, whatever a frame says', () => {
    expect([1, 12, 13, 0, -1, 1.5, '3', null].map(hueOf)).toEqual([
      '1',
      '12',
      '1',
      '12',
      '11',
      '1',
      '1',
      '1',
    ])
  })
})

describe('the roster', () => {
  const labels = (people: RosterEntry[], self: number | null) => {
    const place = document.createElement('div')
    showRoster(place, people, self)
    return [...place.querySelectorAll('.avatar')].map((avatar) => avatar.getAttribute('aria-label'))
  }

  it('names the others with their status in words', () => {
    const ben: RosterEntry = { ...person(2, 'Ben'), status: 'away', tabs: 2 }
    expect(labels([person(1), ben], 1)).toEqual(['Ben, 2 windows — away'])
  })

  it('shows five and how many more, with their names', () => {
    const people = Array.from({ length: 9 }, (_, i) => person(i + 1))
    const shown = labels(people, 1)
    expect(shown).toHaveLength(6)
    expect(shown[5]).toContain('Person 9 — active')
  })

  it('shows six as six', () => {
    const people = Array.from({ length: 6 }, (_, i) => person(i + 1))
    expect(labels(people, null)).toHaveLength(6)
  })

  it('never reads a name as markup', () => {
    const place = document.createElement('div')
    showRoster(place, [person(2, '<img src=x>')], 1)
    expect(place.querySelector('img')).toBeNull()
  })
})

describe('activity', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is told at once, then at most every five seconds', () => {
    const active = vi.fn()
    const stop = watchActivity(active)
    for (let second = 0; second < 11; second++) {
      dispatchEvent(new Event('keydown'))
      vi.advanceTimersByTime(1_000)
    }
    expect(active).toHaveBeenCalledTimes(3)
    stop()
    vi.advanceTimersByTime(10_000)
    dispatchEvent(new Event('keydown'))
    expect(active).toHaveBeenCalledTimes(3)
  })
})
