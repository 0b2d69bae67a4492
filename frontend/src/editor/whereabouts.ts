/** Where the caret is, in words of the text and not of one editor: it survives that the editor is rebuilt. */
import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import {
  getRelativeSelection,
  type ProsemirrorBinding,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap'
import type * as Y from 'yjs'

export type Whereabouts = {
  anchor: Y.RelativePosition
  head: Y.RelativePosition
  /** Where the head is if the text around it is known by other ids. */
  about: number
  focused: boolean
}

export function whereabouts(editor: Editor): Whereabouts {
  const { state, isFocused } = editor
  const { anchor, head } = getRelativeSelection(bindingOf(editor), state)
  return { anchor, head, about: state.selection.head, focused: isFocused }
}

/** Puts the caret there. Changes no text. */
export function goTo(editor: Editor, { anchor, head, about, focused }: Whereabouts): void {
  const { doc, type, mapping } = bindingOf(editor)
  const { state, view } = editor
  const near = Math.min(about, state.doc.content.size)
  const placeOf = (relative: Y.RelativePosition) =>
    state.doc.resolve(relativePositionToAbsolutePosition(doc, type, relative, mapping) ?? near)
  const selection = TextSelection.between(placeOf(anchor), placeOf(head))
  view.dispatch(state.tr.setSelection(selection))
  if (focused) view.focus()
}

function bindingOf(editor: Editor): ProsemirrorBinding {
  return (ySyncPluginKey.getState(editor.state) as { binding: ProsemirrorBinding }).binding
}
