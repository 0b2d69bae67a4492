/** What somebody does with the past to the live text: each act is one edit of theirs, and can be undone. */
import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
import type { Transaction } from '@tiptap/pm/state'
import type * as Y from 'yjs'
import { FRAGMENT } from '../editor/foreign'
import type { Past } from './past'
import {
  type Live,
  perform,
  putBack,
  restoreBlocks,
  restoreMoment,
  type Turn,
  undoTurn,
} from './restoring'
import type { Find } from './search'

/** The text that is edited on this page; null while there is none, or none that may be edited. */
export interface Desk {
  readonly editor: Editor | null
  readonly doc: Y.Doc
}

export class Acting {
  constructor(readonly desk: Desk) {}

  get possible(): boolean {
    return this.desk.editor?.isEditable ?? false
  }

  /** False from each of these: nothing had to be done. */
  restore(past: Past, seq: number): boolean {
    return this.#perform((live) => restoreMoment(live, past, seq))
  }

  restoreBlocks(past: Past, seq: number, from: number, to: number): boolean {
    return this.#perform((live) => restoreBlocks(live, past, seq, from, to))
  }

  putBack(past: Past, find: Find): boolean {
    return this.#perform((live) => putBack(live, past, find))
  }

  takeBack(past: Past, turn: Turn): boolean {
    return this.#perform((live) => undoTurn(live, past, turn))
  }

  /** The text before and after taking something back, without doing it. */
  preview(past: Past, turn: Turn): { before: Node; after: Node } | null {
    const live = this.#live()
    return live && { before: live.state.doc, after: undoTurn(live, past, turn).doc }
  }

  undo(): void {
    this.desk.editor?.commands.undo()
  }

  #live(): Live | null {
    const { editor, doc } = this.desk
    return editor && { state: editor.state, root: doc.getXmlFragment(FRAGMENT) }
  }

  #perform(of: (live: Live) => Transaction): boolean {
    const live = this.#live()
    const { editor, doc } = this.desk
    if (!live || !editor?.isEditable) return false
    const transaction = of(live)
    if (!transaction.docChanged) return false
    perform(editor.view, doc, transaction)
    return true
  }
}
