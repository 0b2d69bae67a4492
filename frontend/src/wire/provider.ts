/**
 * Keeps one document in step with the server: a draft, a connection, and the conversation of the two.
 *
 * Knows nothing of the editor: whoever shows `doc` is told when it is replaced.
 */
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { Carets } from './carets'
import { Connection, type ConnectionState } from './connection'
import { Conversation } from './conversation'
import { Draft } from './draft'
import type { Frame } from './frames'
import type { ProviderOptions, ProviderState } from './state'
import { type Terms, termsOf } from './terms'

const GONE = new Set([4403, 4404])

export class Provider {
  readonly #options: ProviderOptions
  readonly #terms: Terms
  readonly #draft: Draft
  readonly #connection: Connection
  readonly #conversation: Conversation
  #carets: Carets

  constructor(options: ProviderOptions) {
    this.#options = options
    this.#terms = termsOf(options.role)
    this.#draft = new Draft(options, this.#terms, {
      changed: this.#changed,
      replaced: () => this.#replaced(),
      typed: () => this.#conversation.flush(),
      applied: () => this.#applied(),
      arriving: options.events.arriving,
    })
    this.#connection = new Connection(options.url, {
      opened: () => this.#conversation.begin(),
      received: (frame) => {
        this.#conversation.hear(frame)
        options.events.heard(frame)
      },
      changed: (state) => this.#moved(state),
    })
    this.#conversation = this.#converse()
    this.#carets = this.#watch()
  }

  get doc(): Y.Doc {
    return this.#draft.doc
  }

  get awareness(): Awareness {
    return this.#carets.awareness
  }

  get state(): ProviderState {
    const { role, welcomed, trouble } = this.#terms
    const { ready, kept, outbox, stored } = this.#draft
    const { saved } = this.#conversation
    const connection = this.#connection.state
    const unsent = outbox.size
    return { connection, role, welcomed, trouble, ready, kept, unsent, stored, saved }
  }

  /** Up to which row of the log this browser shows everything. */
  get cursor(): number {
    return this.#draft.replica.cursor
  }

  /** The edits that have no receipt yet, in order. */
  get unsent(): readonly Uint8Array[] {
    return this.#draft.outbox.updates
  }

  /** Shows what this browser has kept, then connects. */
  async start(): Promise<void> {
    await this.#draft.load()
    this.#connection.start()
  }

  stop(): void {
    this.#connection.stop()
    this.#conversation.end()
    this.#carets.destroy()
    this.#draft.stop()
  }

  /** Holds remote rows back while a word is being composed (at most some seconds), or lets them in. */
  hold(composing: boolean): void {
    this.#draft.hold(composing)
  }

  /** The person did something. */
  active(): void {
    this.#connection.send({ type: 'Activity' })
  }

  /** Sends what belongs to the chat; false: there is no socket, and it is the caller's to keep. */
  say(frame: Extract<Frame, { type: 'Say' | 'Unsay' }>): boolean {
    return this.#connection.send(frame)
  }

  /** The person gives up what is unsent. */
  abandon(): void {
    this.#draft.abandon()
  }

  /** The person has read what went wrong. */
  forgive(): void {
    this.#terms.trouble = null
    this.#changed()
  }

  readonly #changed = (): void => this.#options.events.changed(this.state)

  #converse(): Conversation {
    const connection = this.#connection
    return new Conversation(this.#draft, this.#terms, {
      send: (frame) => connection.send(frame),
      restart: () => connection.restart(),
      leaving: (after) => connection.leaving(after),
      sound: () => connection.settled(),
      hear: (awareness) => this.#carets.hear(awareness),
      speak: () => this.#carets.speak(),
      roster: this.#options.events.roster,
      changed: this.#changed,
    })
  }

  #watch(): Carets {
    return new Carets(this.doc, (awareness) => {
      if (awareness.length > this.#terms.limits.awareness) return
      this.#connection.send({ type: 'Awareness', awareness })
    })
  }

  #replaced(): void {
    if (this.#carets.doc !== this.doc) {
      this.#carets.destroy()
      this.#carets = this.#watch()
    }
    if (this.#draft.ready) this.#options.events.replaced()
  }

  #applied(): void {
    this.#conversation.prove()
    this.#changed()
  }

  #moved(state: ConnectionState): void {
    if (state.at !== 'open') {
      this.#conversation.end()
      this.#carets.forgetOthers()
    }
    if (state.at === 'stopped' && GONE.has(state.code)) this.#draft.discard()
    this.#changed()
  }
}
