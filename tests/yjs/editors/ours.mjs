// Parts of our own front end, bundled as they are, on the very Yjs and Tiptap of these editors.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const frontend = fileURLToPath(new URL('../../../frontend/', import.meta.url))
const require = createRequire(`${frontend}package.json`)
const { build } = require('rolldown')

// `exports` names what is wanted of which file: { 'src/history/past.ts': 'Past' }.
export const ours = async exports => {
  const code = Object.entries(exports).map(([file, names]) => `export { ${names} } from '${frontend}${file}'`).join('\n')
  const entry = {
    name: 'entry',
    resolveId: id => (id === 'entry' ? id : null),
    load: id => (id === 'entry' ? { code, moduleType: 'ts' } : null),
  }
  const { output: [bundle] } = await build({
    input: 'entry', write: false, plugins: [entry], external: /^[^./]*(?<!entry)$|^[@a-z][^:]*\//, output: { format: 'cjs' },
  })
  const found = {}
  new Function('require', 'exports', bundle.code)(require, found)
  return found
}
