/**
 * Awareness on the wire: this browser's caret goes out at most once a frame, the others' come in.
 * y-protocols' Awareness repeats one's own state every 15 s and drops states unheard of for 30 s.
 */
import {
  Awareness,
  applyAwarenessUpdate,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { afterFrame } from './schedule'

export class Carets {
  readonly awareness: Awareness
  #due = false

  constructor(
    readonly doc: Y.Doc,
    readonly send: (awareness: Uint8Array) => void,
  ) {
    this.awareness = new Awareness(doc)
    this.awareness.setLocalState({})
    this.awareness.on('update', (_changes: unknown, origin: unknown) => {
      if (origin !== this) this.speak()
    })
  }

  /** Sends one's own state before the next frame. */
  speak(): void {
    if (this.#due) return
    this.#due = true
    afterFrame(() => {
      this.#due = false
      const { clientID, states } = this.awareness
      if (states.has(clientID)) this.send(encodeAwarenessUpdate(this.awareness, [clientID]))
    })
  }

  hear(update: Uint8Array): void {
    applyAwarenessUpdate(this.awareness, update, this)
  }

  /** Without a connection nobody knows where the others are. */
  forgetOthers(): void {
    const { clientID, states } = this.awareness
    const others = [...states.keys()].filter((id) => id !== clientID)
    removeAwarenessStates(this.awareness, others, this)
  }

  /** Takes one's caret away, for the others too. */
  destroy(): void {
    const { clientID } = this.awareness
    this.awareness.setLocalState(null)
    this.send(encodeAwarenessUpdate(this.awareness, [clientID]))
    this.awareness.destroy()
  }
}
