/** The text as it is now, and what came into it last. What of it is not asked for is not read. */
import type { Node } from '@tiptap/pm/model'
import type { EditorState } from '@tiptap/pm/state'
import * as Y from 'yjs'
import type { Stretch } from '../editor/carries'
import type { Passage } from './anchor'
import { Ground } from './ground'
import { Copied, type Declared, type Ids, idsOf, type Written } from './ids'
import { Lettering } from './quote'

export class Sight {
  readonly ground: Ground
  #lettering: Lettering | null = null
  #copied: Copied | null = null
  #come: Passage[] | null = null

  /** `doc`: what the editor shows, if that is not yet its state. */
  constructor(
    state: EditorState,
    readonly last: Written | null,
    readonly declared: Declared,
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

  /** If something that came last says some ids again, all that says what they say. */
  again(ids: Ids): Stretch[] {
    this.#copied ??= new Copied(this.last?.copies)
    return this.#copied.of(ids).length > 0 ? this.declared.kin(ids) : []
  }

  /** Some ids, and all that says what they say. */
  readonly alike = (ids: Ids): Ids => idsOf(this.declared.kin(ids), ids)

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
