/**
 * One socket to one document, kept alive: connects, notices silence, comes back with jitter.
 *
 * Knows frames, times and close codes; nothing of documents. Backoff: "full jitter", a random wait
 * between nothing and a bound that doubles, so that many browsers do not return at one moment.
 */
import { decode, encode, type Frame, Malformed, Unknown } from './frames'

export type ConnectionState =
  | { at: 'connecting' }
  | { at: 'open' }
  | { at: 'waiting' }
  | { at: 'stopped'; code: number }
  | { at: 'closed' }

export type ConnectionEvents = {
  opened: () => void
  received: (frame: Frame) => void
  changed: (state: ConnectionState) => void
}

const SUBPROTOCOL = 'palimpsest.1'
const FIRST_WAIT = 500
const LONGEST_WAIT = 30_000
const SILENCE = 30_000
const SILENCE_CHECK = 5_000
const AWAY = 4503
const MALFORMED = 4400

export class Connection {
  state: ConnectionState = { at: 'waiting' }
  #socket: WebSocket | null = null
  #bound = FIRST_WAIT
  #wait: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #heard = 0

  constructor(
    readonly url: string,
    readonly events: ConnectionEvents,
  ) {}

  /** Opens the socket, and from now on keeps one open. */
  start(): void {
    if (this.#over) return
    addEventListener('online', this.#now)
    addEventListener('offline', this.#doubt)
    document.addEventListener('visibilitychange', this.#visible)
    this.#watch = setInterval(this.#listen, SILENCE_CHECK)
    this.#connect()
  }

  /** Closes the socket for good. */
  stop(): void {
    removeEventListener('online', this.#now)
    removeEventListener('offline', this.#doubt)
    document.removeEventListener('visibilitychange', this.#visible)
    clearInterval(this.#watch)
    clearTimeout(this.#wait)
    this.#drop()
    this.#become({ at: 'closed' })
  }

  /** Leaves the present socket for a new one, so that the counters of both sides start anew. */
  restart(): void {
    if (this.#over) return
    this.#drop()
    this.#retry(Math.random() * this.#bound)
  }

  /** Sends a frame; false when no socket is open (the frame is then the caller's to keep). */
  send(frame: Frame): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(encode(frame))
    return true
  }

  /** The wire is known to be sound again, so the next loss starts with a short wait. */
  settled(): void {
    this.#bound = FIRST_WAIT
  }

  /** The server said that it goes away, and for about how long. */
  leaving(after: number): void {
    this.#drop()
    this.#retry(after + Math.random() * after)
  }

  get #over(): boolean {
    return this.state.at === 'stopped' || this.state.at === 'closed'
  }

  #become(state: ConnectionState): void {
    this.state = state
    this.events.changed(state)
  }

  #connect(): void {
    clearTimeout(this.#wait)
    const socket = this.#dial()
    if (!socket) return this.#retry(Math.random() * this.#bound)
    this.#socket = socket
    this.#heard = Date.now()
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.#opened(socket)
    socket.onmessage = (message) => this.#received(socket, message.data)
    socket.onclose = (close) => this.#lost(socket, close.code)
    this.#become({ at: 'connecting' })
  }

  /** Null: the browser, or what is built into it, allows no socket. */
  #dial(): WebSocket | null {
    try {
      return new WebSocket(this.url, [SUBPROTOCOL])
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      return null
    }
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#socket) return
    this.#heard = Date.now()
    this.#become({ at: 'open' })
    this.events.opened()
  }

  #received(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return
    this.#heard = Date.now()
    if (!(data instanceof ArrayBuffer)) return this.#end(MALFORMED)
    let frame: Frame
    try {
      frame = decode(new Uint8Array(data))
    } catch (error) {
      // During a deployment the server may be newer than this page.
      if (error instanceof Unknown) return
      if (!(error instanceof Malformed)) throw error
      return this.#end(MALFORMED)
    }
    this.events.received(frame)
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return
    this.#drop()
    if (code >= 4400 && code < 4500) return this.#end(code)
    this.#retry(Math.random() * (code === AWAY ? LONGEST_WAIT / 3 : this.#bound))
  }

  #end(code: number): void {
    this.#drop()
    clearTimeout(this.#wait)
    this.#become({ at: 'stopped', code })
  }

  #retry(wait: number): void {
    clearTimeout(this.#wait)
    this.#bound = Math.min(this.#bound * 2, LONGEST_WAIT)
    this.#wait = setTimeout(() => this.#connect(), wait)
    this.#become({ at: 'waiting' })
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  readonly #now = (): void => {
    if (this.state.at === 'waiting') this.#connect()
  }

  /** The network is gone, says the browser; a server on this very machine is back in a moment. */
  readonly #doubt = (): void => {
    if (!this.#socket) return
    this.#drop()
    this.#retry(Math.random() * this.#bound)
  }

  readonly #visible = (): void => {
    if (document.visibilityState === 'visible') this.#now()
  }

  readonly #listen = (): void => {
    if (!this.#socket || Date.now() - this.#heard < SILENCE) return
    this.#drop()
    this.#retry(Math.random() * this.#bound)
  }
}
