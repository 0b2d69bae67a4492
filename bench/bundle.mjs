// Bundles a script of this folder with what it imports of the front end, and prints where it lies.
//   node bundle.mjs ENTRY FOLDER
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const frontend = fileURLToPath(new URL('../frontend/', import.meta.url))
const require = createRequire(join(frontend, 'package.json'))
const { build } = await import(pathToFileURL(join(dirname(require.resolve('vite/package.json')), 'dist/node/index.js')))

const [entry, folder] = process.argv.slice(2).map(path => resolve(path))

/** Packages are those of the front end, wherever a script lies. */
const packages = {
  name: 'packages-of-the-front-end',
  enforce: 'pre',
  resolveId (source, importer) {
    if (/^[./]/.test(source) || source.startsWith('node:') || importer?.startsWith(frontend)) return null
    return this.resolve(source, join(frontend, 'package.json'), { skipSelf: true })
  },
}

await build({
  configFile: false,
  root: frontend,
  logLevel: 'error',
  plugins: [packages],
  ssr: { noExternal: true },
  build: { ssr: entry, outDir: folder, emptyOutDir: false, target: 'es2022', rollupOptions: { output: { entryFileNames: '[name].mjs' } } },
})
