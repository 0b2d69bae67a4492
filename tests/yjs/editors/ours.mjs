// Parts of our own front end, bundled as they are, on the very Yjs and Tiptap of these editors.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const frontend = fileURLToPath(new URL('../../../frontend/', import.meta.url))
const require = createRequire(`${frontend}package.json`)
const { build } = require('rolldown')

const WANTED = {
  'src/editor/collaboration.ts': 'CarefulCollaboration',
  'src/history/past.ts': 'Past',
  'src/history/restoring.ts': 'perform, putBack, restoreBlocks, restoreMoment, undoTurn',
  'src/history/search.ts': 'search',
  'tests/history/ledger.ts': 'Ledger',
}
const code = Object.entries(WANTED).map(([file, names]) => `export { ${names} } from '${frontend}${file}'`).join('\n')
const entry = {
  name: 'entry',
  resolveId: id => (id === 'entry' ? id : null),
  load: id => (id === 'entry' ? { code, moduleType: 'ts' } : null),
}
const bundled = async () => {
  const { output: [bundle] } = await build({
    input: 'entry', write: false, plugins: [entry], external: /^[^./]*(?<!entry)$|^[@a-z][^:]*\//, output: { format: 'cjs' },
  })
  const found = {}
  new Function('require', 'exports', bundle.code)(require, found)
  return found
}

// All of it once, and only when asked for: the clock of these editors must be theirs before Yjs looks at it.
let found
export const ours = () => (found ??= bundled())
