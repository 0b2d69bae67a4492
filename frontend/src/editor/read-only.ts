/** A text that one may not write in: the keyboard reaches it all the same, and selects in it. */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { words } from '../catalogue'
import { selectByKey, selectIn } from './selecting'

const ATTRIBUTES = { tabindex: '0', 'aria-readonly': 'true', 'aria-description': words.selectKeys }

function select(view: EditorView, event: KeyboardEvent): boolean {
  const { doc, selection } = view.state
  const selected = selection.empty ? null : { from: selection.from, to: selection.to }
  return selectByKey(event, {
    doc,
    selected,
    near: () => inSight(view),
    select: (anchor, head) => selectIn(view, anchor, head),
  })
}

/** Where the text begins that is in sight. */
function inSight(view: EditorView): number {
  const { left, top } = view.dom.getBoundingClientRect()
  if (top >= 0) return 0
  const below = document.getElementById('toolbar')?.getBoundingClientRect().bottom ?? 0
  return view.posAtCoords({ left: left + 1, top: below + 1 })?.pos ?? 0
}

export const ReadOnly = Extension.create({
  name: 'readOnly',
  addProseMirrorPlugins() {
    const { editor } = this
    const attributes = (): Record<string, string> => (editor.options.editable ? {} : ATTRIBUTES)
    const keydown = (view: EditorView, event: KeyboardEvent) =>
      !editor.options.editable && select(view, event)
    return [new Plugin({ props: { attributes, handleDOMEvents: { keydown } } })]
  },
})
