/**
 * Keeps the static shell, so that the editor page opens without a network: the page `/shell/` and the
 * built files. Never a document, never an answer of the API: texts are kept per user in IndexedDB.
 */
export type {}

type WorkerScope = EventTarget & {
  caches: CacheStorage
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
}
type Lifetime = Event & { waitUntil(work: Promise<unknown>): void }
type FetchEvent = Lifetime & { request: Request; respondWith(answer: Promise<Response>): void }

const worker = self as unknown as WorkerScope
const SHELL = '/shell/'
/** Written by the build: the addresses of the built files. */
const ASSETS = JSON.parse('%SHELL_ASSETS%') as string[]
const PREFIX = 'palimpsest-shell-'
const CACHE = PREFIX + digest(ASSETS.join())
const DOCUMENT = /^\/documents\/[0-9a-f-]{36}\/$/

/** Names the cache after what is in it (FNV-1a). */
function digest(text: string): string {
  let hash = 0x811c9dc5
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash.toString(16)
}

async function install(): Promise<void> {
  const cache = await caches.open(CACHE)
  await cache.addAll([SHELL, ...ASSETS])
  await worker.skipWaiting()
}

async function activate(): Promise<void> {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
  await worker.clients.claim()
}

/** The page from the network; without one, the shell. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const shell = await caches.match(SHELL)
    if (shell) return shell
    throw error
  }
}

/** A built file never changes under its name. */
async function asset(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request)
}

worker.addEventListener('install', (event) => (event as Lifetime).waitUntil(install()))
worker.addEventListener('activate', (event) => (event as Lifetime).waitUntil(activate()))
worker.addEventListener('fetch', (event) => {
  const { request, respondWith } = event as FetchEvent
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate' && DOCUMENT.test(url.pathname)) {
    respondWith.call(event, page(request))
  } else if (ASSETS.includes(url.pathname)) respondWith.call(event, asset(request))
})
