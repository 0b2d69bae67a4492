// A real Tiptap editor without a browser, on a Yjs document, with the parts of ours
// (frontend/src/editor/schema.ts) and a clock that only the test moves.
import { createRequire } from 'node:module'
import { ours } from './ours.mjs'

const require = createRequire(new URL('../../../frontend/package.json', import.meta.url))

let now = 1_700_000_000_000
Date.now = () => now // what Yjs groups the steps of an undo by
export const wait = milliseconds => {
  now += milliseconds
}

const { JSDOM } = require('jsdom')
const { window } = new JSDOM('<body></body>', { pretendToBeVisual: true })
for (const name of [
  'window', 'document', 'navigator', 'Node', 'Element', 'HTMLElement', 'Text', 'Range', 'Event', 'KeyboardEvent',
  'MutationObserver', 'DOMParser', 'getSelection', 'getComputedStyle', 'requestAnimationFrame', 'cancelAnimationFrame',
]) {
  Object.defineProperty(globalThis, name, { value: name === 'window' ? window : window[name], configurable: true })
}

const { Editor } = require('@tiptap/core')
const { Collaboration } = require('@tiptap/extension-collaboration')
const { ySyncPluginKey } = require('@tiptap/y-tiptap')
const { BulletList, ListItem, ListKeymap, OrderedList, TaskItem, TaskList } = require('@tiptap/extension-list')
const { Table, TableCell, TableHeader, TableRow } = require('@tiptap/extension-table')
const part = (name, file) => require(`@tiptap/extension-${file ?? name.toLowerCase()}`)[name]

const parts = [
  part('Document'), part('Paragraph'), part('Text'), part('Bold'), part('Italic'), part('Code'),
  part('Heading').configure({ levels: [1, 2, 3] }),
  part('Blockquote').extend({ content: 'block*' }),
  part('CodeBlock', 'code-block'), part('HorizontalRule', 'horizontal-rule'), part('HardBreak', 'hard-break'),
  BulletList.extend({ content: 'listItem*' }), OrderedList.extend({ content: 'listItem*' }),
  ListItem.extend({ content: 'block*' }), TaskList.extend({ content: 'taskItem*' }),
  TaskItem.extend({ content: 'block*' }).configure({ nested: true }), ListKeymap,
  Table.extend({ content: 'tableRow*' }), TableRow,
  TableHeader.extend({ content: 'block*' }), TableCell.extend({ content: 'block*' }),
]

// Ours declares what an edit carries; the other one is as stock as it can be: what hearing and clicking mend is not written.
const OwnChangesOnly = Collaboration.extend({
  addProseMirrorPlugins () {
    const plugins = this.parent()
    const { spec } = plugins.find(({ spec }) => spec.key === ySyncPluginKey)
    const { view } = spec
    spec.view = editor => {
      const bound = view(editor)
      return {
        update: (now, before) => { if (now.state.doc !== before.doc) bound.update(now, before) },
        destroy: () => bound.destroy(),
      }
    }
    return plugins
  },
})

const { CarefulCollaboration } = await ours()

export const open = (doc, silent) =>
  new Editor({
    element: document.createElement('div'),
    injectCSS: false,
    extensions: [...parts, (silent ? OwnChangesOnly : CarefulCollaboration).configure({ document: doc, field: 'default' })],
  })
