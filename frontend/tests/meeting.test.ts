// @vitest-environment jsdom
/**
 * What was written before it could hear that another took its text away, and is shown only when that is
 * known already: after a reload, of a tab that was closed, over a log that was rewritten.
 */
import type { Editor } from '@tiptap/core'
import { beforeEach, expect, it } from 'vitest'
import type * as Y from 'yjs'
import { Copy } from '../src/wire/copy'
import type { Role } from '../src/wire/frames'
import type { Provider } from '../src/wire/provider'
import { append, type FakeServer, textOf } from './fake-server'
import { mounted } from './page'
import { until } from './until'
import { provided, saved, wired } from './wired'

let server: FakeServer

beforeEach(() => {
  server = wired()
  server.edit((doc) => {
    doc.getXmlFragment('default').delete(0, 1)
    append(doc, 'one')
    append(doc, 'two')
  })
})

/** A page that shows what its provider says. */
class Tab {
  editor: Editor | null = null
  readonly provider: Provider

  constructor(role: Role) {
    this.provider = provided(role, () => {
      this.editor?.destroy()
      this.editor = mounted(this.provider.doc)
    })
  }

  get text(): string {
    return textOf(this.provider.doc)
  }

  /** Types where no receipt comes. */
  async type(write = (editor: Editor) => editor.commands.insertContentAt(7, '!')): Promise<void> {
    server.commits = false
    write(this.editor as Editor)
    const { provider } = this
    await until(() => expect(provider.state).toMatchObject({ unsent: 1, stored: 1 }))
  }

  close(): void {
    this.editor?.destroy()
    this.provider.stop()
  }
}

async function opened(role: Role = 'editor'): Promise<Tab> {
  const tab = new Tab(role)
  await tab.provider.start()
  await until(() => expect(tab.provider.state.ready && tab.provider.state.welcomed).toBe(true))
  return tab
}

async function agreed(tab: Tab, text: string): Promise<void> {
  await saved(tab.provider)
  expect([tab.text, server.text]).toEqual([text, text])
}

const join = (editor: Editor) => {
  editor.commands.setTextSelection(6)
  return editor.commands.joinTextblockBackward()
}

const joined = (doc: Y.Doc): void => {
  const editor = mounted(doc)
  join(editor)
  editor.destroy()
}

/** What another tab has heard this device keeps for all. */
async function heard(): Promise<void> {
  const copy = await Copy.of(7, 'd')
  await until(async () => expect((await copy.read()).mark?.cursor).toBe(server.log.length))
  copy.close()
}

/** A tab that wrote and was closed, and one that hears then that the text was joined away. */
async function crossed(write?: (editor: Editor) => boolean): Promise<Tab> {
  const [writer, other] = [await opened(), await opened()]
  await writer.type(write)
  writer.close()
  server.edit(joined)
  await heard()
  server.commits = true
  return other
}

it('stands once where the closed tab is found by the next that opens', async () => {
  const other = await crossed()
  other.close()
  await agreed(await opened(), 'onet!wo')
})

it('stands once where that one was closed before it had a receipt', async () => {
  const other = await crossed()
  other.close()
  server.commits = false
  const next = await opened()
  await until(() => expect(next.provider.state).toMatchObject({ unsent: 2, stored: 2 }))
  next.close()
  server.commits = true
  await agreed(await opened(), 'onet!wo')
})

it('stands once where the closed tab had joined, and the other wrote', async () => {
  const [writer, other] = [await opened(), await opened()]
  await writer.type(join)
  writer.close()
  server.edit((doc) => {
    const editor = mounted(doc)
    editor.commands.insertContentAt(7, '!')
    editor.destroy()
  })
  await heard()
  server.commits = true
  other.close()
  await agreed(await opened(), 'onet!wo')
})

it('stands once where both joined', async () => {
  const other = await crossed(join)
  other.close()
  await agreed(await opened(), 'onetwo')
})

it('stays deleted where the other moved it', async () => {
  const other = await crossed(({ commands }) => commands.deleteRange({ from: 7, to: 8 }))
  other.close()
  await agreed(await opened(), 'oneto')
})

it('stands in its place where an open tab finds the closed one', async () => {
  const other = await crossed()
  server.cut()
  await until(() => expect(server.text).toContain('!'))
  await agreed(other, 'onet!wo')
})

it('is written again by nobody who may only read', async () => {
  const other = await crossed()
  server.role = 'reader'
  server.cut()
  await until(() => expect(other.provider.state).toMatchObject({ role: 'reader', unsent: 1 }))
  expect([other.text, server.text]).toEqual(['onetwo', 'onetwo'])
})

it('stands once where nothing but what is unsent was kept', async () => {
  const writer = await opened()
  await writer.type()
  for (const socket of [...server.sockets]) socket.lost(4404)
  const copy = await Copy.of(7, 'd')
  await until(async () => expect(await copy.read()).toMatchObject({ mark: null, pool: [] }))
  copy.close()
  writer.close()
  server.edit(joined)
  server.commits = true
  await agreed(await opened(), 'onet!wo')
})

it('stands once where the log was rewritten', async () => {
  const writer = await opened()
  await writer.type()
  server.reachable = false
  server.cut()
  server.edit(joined)
  server.rewind(server.log.length)
  server.commits = true
  server.reachable = true
  dispatchEvent(new Event('online'))
  await agreed(writer, 'onet!wo')
})

it('is nothing where nobody wrote', async () => {
  const [tab, other] = [await opened(), await opened()]
  server.edit(joined)
  await heard()
  tab.close()
  other.close()
  await agreed(await opened(), 'onetwo')
  expect(server.changes).toEqual([])
})
