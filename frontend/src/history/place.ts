/** Where in a history somebody looks, as the address says it: a link to it opens the same. */

export const VIEWS = ['text', 'compare', 'sides', 'authors'] as const
export const PANELS = ['versions', 'search', 'shares'] as const

export type View = (typeof VIEWS)[number]
export type Panel = (typeof PANELS)[number]

export type Place = {
  /** The moment: after so many updates. Null: now. */
  at: number | null
  /** The other moment of a comparison. Null: the beginning. */
  from: number | null
  view: View
  panel: Panel
}

export const NOW: Place = { at: null, from: null, view: 'text', panel: 'versions' }

/** Reads the query of an address; what it does not say, or says wrongly, is as in NOW. */
export function placeOf(query: string): Place {
  const said = new URLSearchParams(query)
  return {
    at: seq(said.get('at')),
    from: seq(said.get('from')),
    view: VIEWS.find((view) => view === said.get('view')) ?? NOW.view,
    panel: PANELS.find((panel) => panel === said.get('panel')) ?? NOW.panel,
  }
}

/** The query that says a place: empty for NOW, else with its question mark. */
export function queryOf(place: Place): string {
  const said = new URLSearchParams()
  if (place.at !== null) said.set('at', String(place.at))
  if (place.from !== null) said.set('from', String(place.from))
  if (place.view !== NOW.view) said.set('view', place.view)
  if (place.panel !== NOW.panel) said.set('panel', place.panel)
  const query = said.toString()
  return query && `?${query}`
}

function seq(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null
}
