/** What somebody does with the past to the live text: each act is one edit of theirs, and can be undone. */
import type { Editor } from '@tiptap/core'
import type { Transaction } from '@tiptap/pm/state'
import type * as Y from 'yjs'
import { isRemote } from '../editor/changes'
import { isUndoOrRedo } from '../editor/collaboration'
import { FRAGMENT } from '../editor/foreign'
import type { Past } from './past'
import {
  isWhole,
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

/** The place in the live text where what was done begins; null where nothing of it could be. */
export type Done = { at: number | null; isWhole: boolean }

export class Acting {
  constructor(readonly desk: Desk) {}

  get possible(): boolean {
    return this.desk.editor?.isEditable ?? false
  }

  /** Null from each of these: nothing had to be done. */
  restore(past: Past, seq: number): Done | null {
    return this.#perform((live) => restoreMoment(live, past, seq))
  }

  restoreBlocks(past: Past, seq: number, from: number, to: number): Done | null {
    return this.#perform((live) => restoreBlocks(live, past, seq, from, to))
  }

  putBack(past: Past, find: Find): Done | null {
    return this.#perform((live) => putBack(live, past, find))
  }

  takeBack(past: Past, turn: Turn): Done | null {
    return this.#perform((live) => undoTurn(live, past, turn))
  }

  /** What taking something back would do to the text, without doing it. */
  preview(past: Past, turn: Turn): Transaction | null {
    const live = this.#live()
    return live && undoTurn(live, past, turn)
  }

  undo(): void {
    const { editor } = this.desk
    editor?.commands.undo()
    editor?.view.focus()
  }

  /** Calls once, when the person has typed or undone something else: undo would go on from there. */
  untilTyped(typed: () => void): void {
    const { editor } = this.desk
    const hear = ({ transaction }: { transaction: Transaction }) => {
      if (!transaction.docChanged) return
      if (isRemote(transaction) && !isUndoOrRedo(transaction)) return
      editor?.off('transaction', hear)
      typed()
    }
    editor?.on('transaction', hear)
  }

  #live(): Live | null {
    const { editor, doc } = this.desk
    return editor && { state: editor.state, root: doc.getXmlFragment(FRAGMENT) }
  }

  #perform(of: (live: Live) => Transaction): Done | null {
    const live = this.#live()
    const { editor, doc } = this.desk
    if (!live || !editor?.isEditable) return null
    const transaction = of(live)
    const at = transaction.before.content.findDiffStart(transaction.doc.content)
    if (at === null) return isWhole(transaction) ? null : { at, isWhole: false }
    const isDone = perform(editor.view, doc, transaction)
    const isUntouched = !isDone && editor.state.doc.eq(live.state.doc)
    return { at: isUntouched ? null : at, isWhole: isDone }
  }
}
