/** Providers of one person, whose every WebSocket leads to one FakeServer; they stop after the test that made them. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, expect, vi } from 'vitest'
import type { Role } from '../src/wire/frames'
import { Provider } from '../src/wire/provider'
import { FakeServer, FakeSocket } from './fake-server'
import { until } from './until'

const made: Provider[] = []

afterEach(() => {
  for (const provider of made.splice(0)) provider.stop()
  vi.restoreAllMocks()
})

/** A server for all sockets of a test; nothing is kept in the browser yet, and it comes back at once. */
export function wired(): FakeServer {
  const server = new FakeServer()
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal(
    'WebSocket',
    class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, server)
      }
    },
  )
  vi.spyOn(Math, 'random').mockReturnValue(0)
  return server
}

/** A page's provider, not started yet; `replaced` hears of each new Y.Doc. */
export function provided(role: Role | null, replaced = () => {}): Provider {
  const nothing = () => {}
  const ears = { changed: nothing, roster: nothing, heard: nothing, arriving: nothing }
  const events = { ...ears, replaced }
  const provider = new Provider({ document: 'd', user: 7, role, url: 'ws://test/', events })
  made.push(provider)
  return provider
}

export const saved = (provider: Provider) => until(() => expect(provider.state.saved).toBe(true))
