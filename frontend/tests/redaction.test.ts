// @vitest-environment jsdom
import { beforeEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import { Copy } from '../src/wire/copy'
import type { Provider } from '../src/wire/provider'
import { joined, like, parsed } from '../src/wire/structs'
import { append, type FakeServer } from './fake-server'
import { until } from './until'
import { provided, saved, wired } from './wired'

const SECRET = 'hunter2'

let server: FakeServer
let provider: Provider

beforeEach(async () => {
  server = wired()
  provider = provided('editor')
  await provider.start()
})

/** As documents/custody/redaction.py leaves a log: ids and lengths stay, the words are gone. */
function redact(): void {
  server.log = server.log.map((update) => {
    const { structs, deleted } = parsed(update)
    return joined({
      structs: structs.map((struct) => {
        const says = struct instanceof Y.Item && struct.content instanceof Y.ContentString
        if (!says || !String(struct.content.getContent().join('')).includes(SECRET)) return struct
        return like(struct, { content: new Y.ContentDeleted(struct.length) })
      }),
      deleted,
    })
  })
  server.rewind(server.log.length)
}

const holds = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes).includes(SECRET)

async function kept(): Promise<Uint8Array[]> {
  const copy = await Copy.of(7, 'd')
  const { pool, outbox } = await copy.read()
  copy.close()
  return [...pool, ...outbox].map(({ update }) => update)
}

it('leaves nothing of redacted words in a browser that was away, and takes what it typed', async () => {
  await saved(provider)
  server.edit((doc) => append(doc, `The key is ${SECRET}.`))
  append(provider.doc, 'Mine, saved.')
  await saved(provider)
  await until(async () => expect((await kept()).some(holds)).toBe(true))
  server.reachable = false
  server.cut()
  append(provider.doc, 'Mine, unsent.')
  redact()
  server.reachable = true
  dispatchEvent(new Event('online'))
  await saved(provider)
  const lines = server.text.split('\n').filter((line) => line !== '')
  expect(lines.sort()).toEqual(['Mine, saved.', 'Mine, unsent.', 'Welcome.'])
  expect(server.log.some(holds)).toBe(false)
  expect(holds(Y.encodeStateAsUpdate(provider.doc))).toBe(false)
  await until(async () => expect((await kept()).some(holds)).toBe(false))
})
