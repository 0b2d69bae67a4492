import { expect, it } from 'vitest'
import { NOW, type Place, placeOf, queryOf } from '../../../src/history/place'

it('reads what it says, whatever it says', () => {
  const places: Place[] = [
    NOW,
    { at: 12, from: null, view: 'text', panel: 'versions' },
    { at: 12, from: 3, view: 'compare', panel: 'search' },
    { at: null, from: 7, view: 'sides', panel: 'shares' },
    { at: 260_000, from: null, view: 'authors', panel: 'shares' },
  ]
  for (const place of places) expect(placeOf(queryOf(place))).toEqual(place)
})

it('says nothing of the text of now', () => {
  expect(queryOf(NOW)).toBe('')
})

it('takes what makes no sense for what was not said', () => {
  const queries = ['?at=0', '?at=-1', '?at=x', '?at=1e3', '?view=upside-down', '?panel=', '?at=1.5']
  for (const query of queries) expect(placeOf(query)).toEqual(NOW)
})
