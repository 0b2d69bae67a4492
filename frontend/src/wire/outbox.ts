/**
 * One tab's own updates that have no receipt yet, in order, and which frame of the present connection
 * each was sent as. An update is bytes here, and storage is somebody else's.
 */
import type { Entry } from './copy'

/** A difference that answers Step1: no entry, but it has a receipt too. */
type Answer = { answer: Uint8Array }

type Frame = Entry | Answer

export class Outbox {
  entries: Entry[] = []
  #next = 1
  /** What the frames of this connection were, from the first without a receipt on. */
  #sent: Frame[] = []
  #settled = 0

  constructor(readonly tab: string) {}

  get size(): number {
    return this.entries.length
  }

  get updates(): Uint8Array[] {
    return this.entries.map(({ update }) => update)
  }

  /** Takes updates in, as the last ones. */
  add(updates: readonly Uint8Array[]): Entry[] {
    const added = updates.map((update) => ({ tab: this.tab, n: this.#next++, update }))
    this.entries.push(...added)
    return added
  }

  /** Puts one update in the place of each; answers with the entries that are new by that. */
  rewrite(updates: readonly Uint8Array[]): Entry[] {
    const before = this.entries
    this.entries = before.map((entry, i) => {
      const update = updates[i] ?? entry.update
      return update === entry.update ? entry : { ...entry, update }
    })
    return this.entries.filter((entry, i) => entry !== before[i])
  }

  /** Empties it; answers with what was in it. */
  clear(): Entry[] {
    return this.entries.splice(0)
  }

  /** A new connection counts its frames anew. */
  connected(): void {
    this.#sent = []
    this.#settled = 0
  }

  /** A frame with an update has been sent. */
  sent(frame: Frame): void {
    this.#sent.push(frame)
  }

  /** Whether frames of this connection have no receipt yet. */
  get flying(): boolean {
    return this.#sent.length > 0
  }

  /** Whether an answer to Step1 is among them. */
  get answering(): boolean {
    return this.#sent.some(isAnswer)
  }

  /** The entry that was sent as a frame of this connection and has no receipt yet. */
  frame(n: number): Entry | null {
    const frame = this.#sent[n - this.#settled - 1]
    return frame && !isAnswer(frame) ? frame : null
  }

  /** What was not sent on this connection. */
  get waiting(): Entry[] {
    const sent = new Set<Frame>(this.#sent)
    return this.entries.filter((entry) => !sent.has(entry))
  }

  /** The first `durable` frames of this connection are settled; answers with what they held. */
  receipt(durable: number): { entries: Entry[]; answers: Uint8Array[] } {
    const frames = this.#sent.splice(0, Math.max(0, durable - this.#settled))
    const done = new Set(frames)
    this.#settled = Math.max(this.#settled, durable)
    const entries = this.entries.filter((entry) => done.has(entry))
    if (entries.length > 0) this.entries = this.entries.filter((entry) => !done.has(entry))
    return { entries, answers: frames.filter(isAnswer).map(({ answer }) => answer) }
  }
}

const isAnswer = (frame: Frame): frame is Answer => 'answer' in frame
