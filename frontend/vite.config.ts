/** Builds one entry a page, and the service worker under a name that never changes; beside the former build. */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vitest/config'
import { breakStamp, dropFormer } from './former.ts'

const dist = fileURLToPath(new URL('./dist/', import.meta.url))
const source = fileURLToPath(new URL('./src/', import.meta.url))

/** Scripts, styles and the faces of Latin text: other faces are fetched where they are needed. */
const KEPT = /^assets\/.*(\.js|\.css|-latin-wght-\w+-[\w-]+\.woff2)$/

/** Every `src/*-page.ts` is the script of one page. */
function pages(): Record<string, string> {
  const files = readdirSync(source).filter((name) => name.endsWith('-page.ts'))
  return Object.fromEntries(files.map((name) => [name.slice(0, -3), source + name]))
}

/** Writes the names of the built files into the service worker, which keeps them for use offline. */
function shell(): Plugin {
  return {
    name: 'palimpsest-shell',
    generateBundle: {
      // After Vite has dropped the scripts that held styles only.
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['service-worker.js']
        if (worker?.type !== 'chunk') return
        const kept = Object.keys(bundle).filter((name) => KEPT.test(name))
        const urls = JSON.stringify(kept.sort().map((name) => `/static/${name}`))
        worker.code = worker.code.replace(/["'`]%SHELL_ASSETS%["'`]/, () => JSON.stringify(urls))
      },
    },
  }
}

/** Leaves what a running server names, for as long as one may run beside builds. */
function former(): Plugin {
  return {
    name: 'palimpsest-former',
    apply: 'build',
    buildStart: () => breakStamp(dist),
    closeBundle: (error) => {
      if (!error) dropFormer(`${dist}assets`, Date.now())
    },
  }
}

export default defineConfig({
  base: '/static/',
  plugins: [shell(), former()],
  build: {
    outDir: dist,
    emptyOutDir: false,
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: { ...pages(), 'service-worker': `${source}service-worker.ts` },
      output: {
        entryFileNames: (chunk) =>
          chunk.name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
    // Nothing else runs beside them.
    maxWorkers: '100%',
    // Only what never comes costs that time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    unstubGlobals: true,
  },
})
