// @vitest-environment jsdom
import { unwrap } from 'idb'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Copy } from '../src/wire/copy'
import type { Frame, Role } from '../src/wire/frames'
import type { Provider } from '../src/wire/provider'
import { append, type FakeServer, textOf } from './fake-server'
import { until } from './until'
import { provided, saved, wired } from './wired'

let server: FakeServer

beforeEach(() => {
  server = wired()
})

type Opened = Provider & { replaced: () => number }

async function opened(role: Role | null = 'editor'): Promise<Opened> {
  let replaced = 0
  const provider = provided(role, () => {
    replaced += 1
  })
  await provider.start()
  return Object.assign(provider, { replaced: () => replaced })
}

const of = (type: Frame['type']) => server.heard.filter((frame) => frame.type === type)

/** What a reader of the server's log and this browser see is one text. */
async function agreed(provider: Provider): Promise<void> {
  await saved(provider)
  expect(textOf(provider.doc)).toBe(server.text)
}

describe('opening', () => {
  it('shows the text and writes nothing', async () => {
    const provider = await opened()
    await agreed(provider)
    expect(textOf(provider.doc)).toBe('Welcome.')
    expect(server.changes).toEqual([])
  })

  it('offers the subprotocol', async () => {
    await saved(await opened())
    expect([...server.sockets][0]?.protocols).toEqual(['palimpsest.1'])
  })

  it('sends nothing of a reader', async () => {
    server.role = 'reader'
    const provider = await opened('reader')
    await until(() => expect(provider.state.ready).toBe(true))
    append(provider.doc, 'not mine to write')
    expect(provider.state.unsent).toBe(0)
    expect(server.changes).toEqual([])
  })
})

describe('editing', () => {
  it('sends each update by itself and says Saved only after the commit', async () => {
    const provider = await opened()
    await saved(provider)
    server.commits = false
    append(provider.doc, 'one')
    append(provider.doc, 'two')
    expect(provider.state).toMatchObject({ unsent: 2, saved: false })
    await until(() => expect(of('Change')).toHaveLength(2))
    expect(provider.state.saved).toBe(false)
    server.commitAll()
    await agreed(provider)
    expect(server.log).toHaveLength(3)
  })

  it('shows what others write, applied together', async () => {
    const provider = await opened()
    await saved(provider)
    const events = vi.fn()
    provider.doc.getXmlFragment('default').observeDeep(events)
    for (const text of ['a', 'b', 'c']) server.edit((doc) => append(doc, text))
    await until(() => expect(textOf(provider.doc)).toBe('Welcome.\na\nb\nc'))
    expect(events).toHaveBeenCalledTimes(1)
    await agreed(provider)
  })

  it('holds the rows of others while a word is composed', async () => {
    const provider = await opened()
    await saved(provider)
    provider.hold(true)
    server.edit((doc) => append(doc, 'later'))
    expect(provider.state.saved).toBe(false)
    expect(textOf(provider.doc)).toBe('Welcome.')
    provider.hold(false)
    expect(textOf(provider.doc)).toBe('Welcome.')
    await until(() => expect(textOf(provider.doc)).toBe('Welcome.\nlater'))
  })

  it('holds them through a reconnect too', async () => {
    const provider = await opened()
    await saved(provider)
    provider.hold(true)
    server.cut()
    server.edit((doc) => append(doc, 'later'))
    await until(() => expect(of('Resume')).toHaveLength(2))
    append(provider.doc, 'composed')
    await until(() => expect(provider.state.unsent).toBe(0))
    expect(textOf(provider.doc)).toBe('Welcome.\ncomposed')
    expect(provider.state.saved).toBe(false)
    provider.hold(false)
    await agreed(provider)
  })

  it('is not Saved while clocks differ, and mends by fetching all', async () => {
    const provider = await opened()
    await saved(provider)
    server.lose = ({ type }) => type === 'Stretch'
    server.edit((doc) => append(doc, 'lost'))
    server.cut()
    await until(() => expect(of('Resume').length).toBeGreaterThan(1))
    expect(provider.state.saved).toBe(false)
    server.lose = () => false
    server.cut()
    await agreed(provider)
  })
})

describe('a wire that fails', () => {
  it('asks again when rows were lost on the way', async () => {
    const provider = await opened()
    await saved(provider)
    server.lose = ({ type }) => type === 'Stretch'
    server.edit((doc) => append(doc, 'lost'))
    server.lose = () => false
    server.edit((doc) => append(doc, 'found'))
    await agreed(provider)
    expect(textOf(provider.doc)).toBe('Welcome.\nlost\nfound')
  })

  it('ignores rows that it has', async () => {
    const provider = await opened()
    await saved(provider)
    const [update] = server.log
    if (update) server.tellAll({ type: 'Stretch', first: 1, last: 1, update })
    await agreed(provider)
  })

  it('resumes at its cursor and sends what has no receipt, exactly once', async () => {
    const provider = await opened()
    await saved(provider)
    server.lose = ({ type }) => type === 'Receipt'
    append(provider.doc, 'committed, but the receipt was lost')
    await until(() => expect(server.log).toHaveLength(2))
    server.lose = () => false
    server.reachable = false
    server.cut()
    append(provider.doc, 'typed offline')
    expect(provider.state.unsent).toBe(2)
    server.reachable = true
    await agreed(provider)
    expect(server.text).toBe('Welcome.\ncommitted, but the receipt was lost\ntyped offline')
    expect(server.log).toHaveLength(3)
    expect(of('Resume')).toContainEqual({ type: 'Resume', epoch: 1, cursor: 2 })
  })

  it('keeps document and carets through a reconnect', async () => {
    const provider = await opened()
    await saved(provider)
    const { doc, awareness } = provider
    server.cut()
    await until(() => expect(of('Resume')).toHaveLength(2))
    await saved(provider)
    expect(provider.doc).toBe(doc)
    expect(provider.awareness).toBe(awareness)
  })

  it('stops for good at a close code that says so', async () => {
    const provider = await opened()
    await saved(provider)
    for (const socket of [...server.sockets]) socket.lost(4403)
    expect(provider.state.connection).toEqual({ at: 'stopped', code: 4403 })
  })
})

describe('what this browser keeps', () => {
  it('opens without a server, with everything that was typed', async () => {
    const first = await opened()
    await saved(first)
    server.reachable = false
    server.cut()
    append(first.doc, 'typed offline')
    append(first.doc, 'and more')
    expect(first.state).toMatchObject({ unsent: 2, stored: 0 })
    await until(() => expect(first.state.stored).toBe(2))
    const copy = await Copy.of(7, 'd')
    await until(async () => expect((await copy.read()).outbox).toHaveLength(2))
    first.stop()

    const second = await opened(null)
    expect(second.state).toMatchObject({ ready: true, unsent: 2, kept: true, role: 'editor' })
    expect(textOf(second.doc)).toBe('Welcome.\ntyped offline\nand more')
    append(second.doc, 'after the reload')
    server.reachable = true
    await agreed(second)
    expect(server.text).toBe('Welcome.\ntyped offline\nand more\nafter the reload')
    expect(server.log).toHaveLength(4)
    await until(async () => expect((await copy.read()).outbox).toEqual([]))
    copy.close()
  })

  it('resumes from the kept cursor after a reload', async () => {
    const first = await opened()
    await saved(first)
    append(first.doc, 'mine')
    await saved(first)
    const copy = await Copy.of(7, 'd')
    await until(async () => expect((await copy.read()).mark?.cursor).toBe(2))
    copy.close()
    first.stop()
    const second = await opened()
    await agreed(second)
    expect(of('Resume').at(-1)).toEqual({ type: 'Resume', epoch: 1, cursor: 2 })
    expect(server.log).toHaveLength(2)
  })

  it('works without storage, and says so', async () => {
    vi.stubGlobal('indexedDB', {
      open: () => {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    const provider = await opened()
    append(provider.doc, 'only here')
    await agreed(provider)
    expect(provider.state.kept).toBe(false)
  })

  it('leaves the outbox of a living tab alone and adopts that of a closed one', async () => {
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { locks: new FakeLocks() }))
    const first = await opened()
    await saved(first)
    server.reachable = false
    server.cut()
    append(first.doc, 'of the first tab')
    const second = await opened()
    expect(second.state.unsent).toBe(0)
    first.stop()
    const third = await opened()
    await until(() => expect(third.state.unsent).toBe(1))
    expect(textOf(third.doc)).toBe('Welcome.\nof the first tab')
    server.reachable = true
    dispatchEvent(new Event('online'))
    await agreed(third)
    await agreed(second)
    expect(server.log).toHaveLength(2)
  })
})

describe('two windows of one person', () => {
  it.each(['with', 'without'])('bring every word once, %s locks', async (locks) => {
    if (locks === 'with') {
      const fake = Object.assign(Object.create(navigator), { locks: new FakeLocks() })
      vi.stubGlobal('navigator', fake)
    }
    const left = await opened()
    await agreed(left)
    server.reachable = false
    server.cut()
    append(left.doc, 'left')
    const right = await opened()
    append(right.doc, 'right')
    append(left.doc, 'left again')
    server.reachable = true
    dispatchEvent(new Event('online'))
    await agreed(left)
    await agreed(right)
    expect(server.text.split('\n').sort()).toEqual(['Welcome.', 'left', 'left again', 'right'])
    left.stop()
    right.stop()
    const later = await opened()
    await agreed(later)
    expect(later.state.unsent).toBe(0)
  })
})

describe('a damaged copy', () => {
  /** Somebody wrote into the pool of the document, which held three rows. */
  async function damaged(harm: (pool: IDBObjectStore, keys: IDBValidKey[]) => void) {
    const first = await opened()
    await saved(first)
    for (const text of ['a', 'b']) {
      server.edit((doc) => append(doc, text))
      await agreed(first)
    }
    const copy = await Copy.of(7, 'd')
    await until(async () => expect((await copy.read()).mark?.cursor).toBe(3))
    first.stop()
    const keys = await copy.db.getAllKeys('pool')
    const store = unwrap(copy.db).transaction('pool', 'readwrite').objectStore('pool')
    harm(store, keys)
    return copy
  }

  it('is mended from the server, also on this device', async () => {
    const copy = await damaged((pool, keys) => pool.delete(keys[1] as IDBValidKey))
    const second = await opened()
    await agreed(second)
    expect(of('Resume').at(-1)).toEqual({ type: 'Resume', epoch: 0, cursor: 0 })
    await until(async () => expect((await copy.read()).pool).toHaveLength(3))
    copy.close()
    second.stop()
    await agreed(await opened())
    expect(of('Resume').at(-1)).toEqual({ type: 'Resume', epoch: 1, cursor: 3 })
  })

  it('that cannot be read is forgotten', async () => {
    const copy = await damaged((pool) => pool.add({ document: 'd', update: new Uint8Array([7]) }))
    copy.close()
    const second = await opened()
    await agreed(second)
    append(second.doc, 'goes on')
    await agreed(second)
    second.stop()
    await agreed(await opened())
    expect(of('Resume').at(-1)).toEqual({ type: 'Resume', epoch: 1, cursor: 4 })
  })
})

describe('a log that was rewritten', () => {
  it('begins again in a new epoch, and brings what only this browser has', async () => {
    const provider = await opened()
    await saved(provider)
    server.edit((doc) => append(doc, 'of somebody, lost by the server'))
    await agreed(provider)
    append(provider.doc, 'mine')
    await saved(provider)
    server.reachable = false
    server.cut()
    append(provider.doc, 'unsent')
    server.rewind(1)
    const { doc } = provider
    server.reachable = true
    await agreed(provider)
    expect(provider.doc).not.toBe(doc)
    expect(provider.replaced()).toBe(2)
    expect(server.text).toBe('Welcome.\nof somebody, lost by the server\nmine\nunsent')
  })

  /** The server lost a deletion, and nothing else. */
  async function undeleted(): Promise<Opened> {
    const provider = await opened()
    await saved(provider)
    server.edit((doc) => append(doc, 'gone'))
    await agreed(provider)
    provider.doc.getXmlFragment('default').delete(1, 1)
    await agreed(provider)
    server.reachable = false
    server.cut()
    server.rewind(2)
    expect(server.text).toBe('Welcome.\ngone')
    return provider
  }

  async function backAgain(): Promise<void> {
    server.reachable = true
    dispatchEvent(new Event('online'))
    await until(() => expect([...server.sockets].some((one) => one.welcomed)).toBe(true))
  }

  it('begins again without what was deleted, though no clock tells of it', async () => {
    const provider = await undeleted()
    await backAgain()
    await agreed(provider)
    expect(server.text).toBe('Welcome.')
    server.cut()
    await backAgain()
    await agreed(provider)
    expect(of('Step2')).toHaveLength(1)
  })

  it('is not Saved before a deletion is in it, on whatever connection', async () => {
    const provider = await undeleted()
    server.commits = false
    await backAgain()
    await until(() => expect(of('Step2')).toHaveLength(1))
    expect(provider.state.saved).toBe(false)
    server.cut()
    await until(() => expect(of('Step2')).toHaveLength(2))
    expect(provider.state.saved).toBe(false)
    server.commitAll()
    await agreed(provider)
    expect(server.text).toBe('Welcome.')
  })

  it('is Saved for a reader, whom nobody asks', async () => {
    server.role = 'reader'
    server.edit((doc) => append(doc, 'more'))
    const provider = await opened('reader')
    await agreed(provider)
    server.cut()
    server.rewind(1)
    await backAgain()
    expect(provider.replaced()).toBe(2)
    await saved(provider)
  })

  it('is kept on this device with what was brought back', async () => {
    const first = await undeleted()
    await backAgain()
    await agreed(first)
    const copy = await Copy.of(7, 'd')
    await until(async () => expect((await copy.read()).mark?.cursor).toBe(3))
    copy.close()
    first.stop()
    const second = await opened()
    await agreed(second)
    expect(of('Resume').at(-1)).toEqual({ type: 'Resume', epoch: 2, cursor: 3 })
  })
})

describe('what only this browser has', () => {
  /** The server lost rows that this browser holds, of three authors who wrote into each other. */
  async function afterLoss(rows: number, lost: () => void): Promise<Opened> {
    const provider = await opened()
    await saved(provider)
    for (let i = 0; i < rows; i++) {
      server.edit((doc) => append(doc, `row ${i} ${'y'.repeat(60)}`))
    }
    append(provider.doc, 'mine')
    await agreed(provider)
    server.reachable = false
    server.cut()
    server.rewind(1)
    lost()
    server.reachable = true
    dispatchEvent(new Event('online'))
    return provider
  }

  it('is sent in answers that fit', async () => {
    const provider = await afterLoss(40, () => {
      server.reply = 500
    })
    await agreed(provider)
    const sizes = of('Step2').map((frame) => (frame.type === 'Step2' ? frame.update.length : 0))
    expect(sizes.length).toBeGreaterThan(5)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
    expect(server.text.split('\n')).toHaveLength(42)
  })

  it('is not Saved before the server has it', async () => {
    const provider = await afterLoss(1, () => {
      server.commits = false
    })
    await until(() => expect(of('Step2')).toHaveLength(1))
    expect(provider.state).toMatchObject({ unsent: 0, saved: false })
    server.commitAll()
    await agreed(provider)
  })
})

describe('an edit that stands on what the server lacks', () => {
  const step1 = (stateVector: Uint8Array) => server.tellAll({ type: 'Step1', stateVector })

  /** A browser whose first line, receipted, the server has lost again. */
  async function ahead(): Promise<Opened> {
    const provider = await opened()
    await saved(provider)
    append(provider.doc, 'first')
    await agreed(provider)
    server.forget(1)
    return provider
  }

  it('is asked about by Step1 again, and arrives with what it stands on', async () => {
    const provider = await ahead()
    append(provider.doc, 'second')
    expect(provider.state.saved).toBe(false)
    await agreed(provider)
    expect(server.text).toBe('Welcome.\nfirst\nsecond')
    expect(server.changes.map(({ type }) => type)).toEqual(['Change', 'Change', 'Step2'])
    expect(provider.state.unsent).toBe(0)
  })

  it('is unsent until the answer has its receipt, and so is what is typed meanwhile', async () => {
    const provider = await ahead()
    server.lose = ({ type }) => type === 'Receipt'
    append(provider.doc, 'second')
    await until(() => expect(of('Step2')).toHaveLength(1))
    append(provider.doc, 'third')
    await until(() => expect(server.text).toBe('Welcome.\nfirst\nsecond\nthird'))
    expect(provider.state).toMatchObject({ unsent: 2, saved: false })
    server.lose = () => false
    append(provider.doc, 'fourth')
    await agreed(provider)
    expect(server.text).toBe('Welcome.\nfirst\nsecond\nthird\nfourth')
    expect(of('Step2')).toHaveLength(1)
  })

  it('survives that the connection breaks before the answer has come', async () => {
    const provider = await ahead()
    server.lose = ({ type }) => type === 'Step1'
    append(provider.doc, 'second')
    await until(() => expect(of('Change')).toHaveLength(2))
    server.lose = () => false
    server.cut()
    await agreed(provider)
    expect(server.text).toBe('Welcome.\nfirst\nsecond')
  })

  it('is not sent twice on one connection, however often the server asks', async () => {
    const provider = await opened()
    await saved(provider)
    server.commits = false
    append(provider.doc, 'on its way')
    await until(() => expect(of('Change')).toHaveLength(1))
    step1(Y.encodeStateVector(provider.doc))
    step1(Y.encodeStateVector(provider.doc))
    append(provider.doc, 'after')
    await until(() => expect(of('Change')).toHaveLength(2))
    server.commitAll()
    await agreed(provider)
    expect(server.changes.map(({ type }) => type)).toEqual(['Change', 'Change'])
  })
})

describe('what is given up', () => {
  it('is gone from text and device, and never sent', async () => {
    const provider = await opened()
    await saved(provider)
    server.commits = false
    append(provider.doc, 'given up')
    await until(() => expect(server.changes).toHaveLength(1))
    server.role = 'reader'
    server.tellAll({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    await until(() => expect(provider.state.role).toBe('reader'))
    expect(provider.unsent).toHaveLength(1)
    provider.abandon()
    expect(provider.state.unsent).toBe(0)
    expect(textOf(provider.doc)).toBe('Welcome.')
    const copy = await Copy.of(7, 'd')
    await until(async () => expect((await copy.read()).outbox).toEqual([]))
    copy.close()
  })
})

describe('refusals', () => {
  it('empties a refused update and keeps everything typed beside it', async () => {
    const provider = await opened()
    await saved(provider)
    server.commits = false
    append(provider.doc, 'before')
    append(provider.doc, 'poison')
    append(provider.doc, 'after')
    await until(() => expect(of('Change')).toHaveLength(3))
    server.refuses = (update) => (includes(update, 'poison') ? 'refused' : null)
    server.commitAll()
    await agreed(provider)
    expect(server.text).toBe('Welcome.\nbefore\nafter')
    expect(provider.state.trouble).toEqual({ kind: 'refused', reason: 'too deep' })
  })

  it('writes its text again under another client id when its own is taken', async () => {
    const provider = await opened()
    await saved(provider)
    const taken = provider.doc.clientID
    server.refuses = (update) => (Y.parseUpdateMeta(update).to.has(taken) ? taken : null)
    server.commits = false
    append(provider.doc, 'one')
    provider.doc.transact(() => {
      const line = provider.doc.getXmlFragment('default').get(1) as Y.XmlElement
      ;(line.get(0) as Y.XmlText).insert(1, 'X')
      ;(line.get(0) as Y.XmlText).delete(0, 1)
    })
    append(provider.doc, 'two')
    server.commitAll()
    await agreed(provider)
    expect(server.text).toBe('Welcome.\nXne\ntwo')
    expect(provider.doc.clientID).not.toBe(taken)
  })

  it('cuts a large paste into frames that fit', async () => {
    server.limit = 2_000
    const provider = await opened()
    await saved(provider)
    provider.doc.transact(() => {
      for (let i = 0; i < 30; i++) append(provider.doc, `line ${i} ${'x'.repeat(i * 30)}`)
      append(provider.doc, '👋'.repeat(3_000))
    })
    const text = textOf(provider.doc)
    await agreed(provider)
    expect(server.text).toBe(text)
    const sizes = of('Change').map((frame) => (frame.type === 'Change' ? frame.update.length : 0))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2_000)
    expect(sizes.length).toBeGreaterThan(5)
  })

  it('takes back a change that cannot be cut', async () => {
    server.limit = 2_000
    const provider = await opened()
    await saved(provider)
    append(provider.doc, 'before')
    await until(() => expect(carets()).toEqual([provider.doc.clientID]))
    const line = provider.doc.getXmlFragment('default').get(1) as Y.XmlElement
    line.setAttribute('giant', 'x'.repeat(3_000))
    await until(() => expect(provider.state.trouble).toEqual({ kind: 'too-large' }))
    append(provider.doc, 'after')
    await agreed(provider)
    expect(server.text).toBe('Welcome.\nbefore\nafter')
    expect(carets()).toEqual([])
  })

  it('begins to count anew when a right comes back', async () => {
    const provider = await opened()
    await saved(provider)
    server.role = 'reader'
    append(provider.doc, 'sent too late, and dropped')
    await until(() => expect(of('Change')).toHaveLength(1))
    server.tellAll({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    expect(provider.state.unsent).toBe(1)
    server.role = 'editor'
    server.tellAll({ type: 'Notice', kind: 'role', json: { role: 'editor' } })
    await agreed(provider)
    expect(server.text).toBe('Welcome.\nsent too late, and dropped')
    expect(of('Resume')).toHaveLength(2)
  })

  it('knows that the document is in the trash until it may be written again', async () => {
    const provider = await opened()
    await saved(provider)
    server.tellAll({ type: 'Notice', kind: 'trashed', json: {} })
    server.tellAll({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    expect(provider.state).toMatchObject({ role: 'reader', trouble: { kind: 'trashed' } })
    server.tellAll({ type: 'Notice', kind: 'role', json: { role: 'owner' } })
    expect(provider.state).toMatchObject({ role: 'owner', trouble: null })
  })

  it('follows a changed right', async () => {
    const provider = await opened()
    await saved(provider)
    server.tellAll({ type: 'Notice', kind: 'role', json: { role: 'reader' } })
    append(provider.doc, 'not mine to write')
    expect(provider.state).toMatchObject({ role: 'reader', unsent: 0 })
  })
})

/** Whose carets the others see, after all that was said. */
function carets(): number[] {
  const awareness = new Awareness(new Y.Doc())
  awareness.setLocalState(null)
  for (const frame of server.heard) {
    if (frame.type === 'Awareness') applyAwarenessUpdate(awareness, frame.awareness, null)
  }
  awareness.destroy()
  return [...awareness.states.keys()]
}

function includes(update: Uint8Array, text: string): boolean {
  return new TextDecoder().decode(update).includes(text)
}

/** Web Locks as far as tabs use them. */
class FakeLocks {
  readonly #held = new Set<string>()

  async request(name: string, ...rest: unknown[]): Promise<unknown> {
    const callback = rest.at(-1) as (lock: object | null) => unknown
    if (this.#held.has(name)) return callback(null)
    this.#held.add(name)
    try {
      return await callback({})
    } finally {
      this.#held.delete(name)
    }
  }
}
