/** The text as it is now, and what came into it last. What of it is not asked for is not read. */
import type { Node } from '@tiptap/pm/model'
import type { EditorState } from '@tiptap/pm/state'
import * as Y from 'yjs'
import type { Copy, Stretch } from '../editor/carries'
import type { Passage } from './anchor'
import { Ground } from './ground'
import { type Ids, saidAgain, type Written } from './ids'
import { Lettering } from './quote'

export class Sight {
  readonly ground: Ground
  #lettering: Lettering | null = null
  #come: Passage[] | null = null

  /** `doc`: what the editor shows, if that is not yet its state. */
  constructor(
    state: EditorState,
    readonly last: Written | null,
    readonly recent: readonly Copy[],
    readonly doc: Node = state.doc,
  ) {
    this.ground = new Ground(state)
  }

  find(words: string, near: number | null): Passage | null {
    this.#lettering ??= new Lettering(this.doc)
    return this.#lettering.find(words, near)
  }

  /** The same among what came last: who only deletes has moved nothing. */
  findCome(words: string, near: number | null): Passage | null {
    const come = this.last?.letters.reduce((sum, { length }) => sum + length, 0) ?? 0
    return come >= words.length ? this.find(words, near) : null
  }

  /** What came last that says some ids again. */
  again(ids: Ids): Stretch[] {
    return saidAgain(ids, this.last?.copies ?? [])
  }

  /** All that lately said what some ids say, before them or after. */
  kin(ids: Ids): Stretch[] {
    return saidAgain(ids, [...this.recent, ...(this.last?.copies ?? [])], true)
  }

  /** Whether something came to stand within. */
  isWritten({ from, to }: Passage): boolean {
    this.#come ??= (this.last?.letters ?? []).flatMap((one) => [...this.ground.standing(one)])
    return this.#come.some((one) => one.from < to && one.to > from)
  }

  /** Whether between two places is nothing but letters that are some ids', or were typed there last. */
  isBeside(before: Passage, after: Passage, ids: Ids): boolean {
    const gap = { from: before.to, to: after.from }
    return this.ground.isAll(gap, (id) => Y.isDeleted(ids, id) || (this.last?.isFirst(id) ?? false))
  }
}
