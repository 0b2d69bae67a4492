// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection } from '../src/wire/connection'
import { encode, type Frame } from '../src/wire/frames'
import { Progress } from '../src/wire/progress'

class Wire {
  static readonly OPEN = 1
  static all: Wire[] = []
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((message: { data: unknown }) => void) | null = null
  onclose: ((close: { code: number }) => void) | null = null
  closed = false

  constructor() {
    Wire.all.push(this)
  }

  send(): void {}

  close(): void {
    this.closed = true
  }

  open(): void {
    this.readyState = 1
    this.onopen?.()
  }
}

const HEARTBEAT: Frame = { type: 'Receipt', durable: 0, head: 0 }
const last = () => Wire.all.at(-1) as Wire
let connection: Connection
let frames: Frame[]

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', Wire)
  vi.spyOn(Math, 'random').mockReturnValue(0.999)
  Wire.all = []
  frames = []
  connection = new Connection('ws://test/', {
    opened: () => {},
    received: (frame) => frames.push(frame),
    changed: () => {},
  })
  connection.start()
})

afterEach(() => {
  connection.stop()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const lose = (code = 1006) => last().onclose?.({ code })

describe('a lost connection', () => {
  it('comes back after waits that double up to 30 s', () => {
    const waits: number[] = []
    for (let i = 0; i < 9; i++) {
      const before = Date.now()
      const sockets = Wire.all.length
      lose()
      while (Wire.all.length === sockets) vi.advanceTimersToNextTimer()
      waits.push(Math.round((Date.now() - before) / 500) * 500)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
  })

  it('comes back at once when the network is back', () => {
    for (let i = 0; i < 5; i++) {
      lose()
      dispatchEvent(new Event('online'))
    }
    expect(Wire.all).toHaveLength(6)
  })

  it('starts with short waits again once it was sound', () => {
    lose()
    vi.advanceTimersByTime(500)
    connection.settled()
    lose()
    vi.advanceTimersByTime(500)
    expect(Wire.all).toHaveLength(3)
  })

  it.each([4400, 4401, 4403, 4404, 4413, 4429])('stays closed after %i', (code) => {
    lose(code)
    vi.advanceTimersByTime(120_000)
    dispatchEvent(new Event('online'))
    expect(connection.state).toEqual({ at: 'stopped', code })
    expect(Wire.all).toHaveLength(1)
  })

  it('comes back after 4503', () => {
    lose(4503)
    vi.advanceTimersByTime(30_000)
    expect(Wire.all.length).toBeGreaterThan(1)
  })

  it('never opens once it was stopped', () => {
    connection.stop()
    connection.start()
    expect(Wire.all).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind when it is stopped', () => {
    lose()
    connection.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('silence', () => {
  it('of more than 30 s ends a connection', () => {
    const wire = last()
    wire.open()
    vi.advanceTimersByTime(25_000)
    wire.onmessage?.({ data: encode(HEARTBEAT).slice().buffer })
    vi.advanceTimersByTime(25_000)
    expect(wire.closed).toBe(false)
    vi.advanceTimersByTime(10_000)
    expect(wire.closed).toBe(true)
    expect(frames).toEqual([HEARTBEAT])
  })

  it('is suspected when the browser says that the network is gone', () => {
    const wire = last()
    wire.open()
    dispatchEvent(new Event('offline'))
    expect(wire.closed).toBe(true)
    vi.advanceTimersByTime(500)
    expect(Wire.all).toHaveLength(2)
  })
})

it('stops at bytes that are no frame', () => {
  last().open()
  last().onmessage?.({ data: new Uint8Array([4]).buffer })
  expect(connection.state).toEqual({ at: 'stopped', code: 4400 })
})

it('passes over what a newer server says', () => {
  last().open()
  last().onmessage?.({ data: new Uint8Array([99, 1, 2]).buffer })
  last().onmessage?.({ data: encode(HEARTBEAT).slice().buffer })
  expect(connection.state).toEqual({ at: 'open' })
  expect(frames).toEqual([HEARTBEAT])
})

describe('rows that were promised', () => {
  it('are asked for when they do not come', () => {
    let received = 5
    const missing = vi.fn()
    const progress = new Progress(() => received, missing)
    progress.told(6)
    vi.advanceTimersByTime(2_000)
    expect(missing).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2_000)
    expect(missing).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(3_000)
    expect(missing).toHaveBeenCalledTimes(2)
    received = 6
    progress.told(6)
    vi.advanceTimersByTime(10_000)
    expect(missing).toHaveBeenCalledTimes(2)
  })
})
