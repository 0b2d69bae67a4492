// @vitest-environment jsdom
import type { Editor } from '@tiptap/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import { mount } from '../../../src/editor/editor'
import { LiveAuthors } from '../../../src/history/live-authors'
import type { Ledger } from '../ledger'
import { Desk } from '../writers'

const [ANA, BO] = [1, 2]
const people = [
  { id: ANA, name: 'Ana', hue: 3, former: false },
  { id: BO, name: 'Bo', hue: 7, former: false },
]

/** A page on which Ana edits, and the server that holds what was saved. */
class Page {
  readonly room = new Desk(2)
  readonly asked: URL[] = []
  readonly ended: (string | null)[] = []
  editor!: Editor
  authors!: LiveAuthors
  epoch = 1
  refusal: number | null = null
  unreachable = false

  get doc(): Y.Doc {
    return this.room.writer(ANA).doc
  }

  get ledger(): Ledger {
    return this.room.ledger
  }

  /** Loads the page, with author colours on. */
  async open(): Promise<this> {
    vi.stubGlobal('fetch', this.#answer)
    document.body.innerHTML = '<main><article></article></main>'
    this.show()
    const main = document.querySelector('main') as HTMLElement
    this.authors = new LiveAuthors('notes', this, main, (why) => this.ended.push(why))
    await this.authors.open()
    await vi.advanceTimersByTimeAsync(300)
    return this
  }

  show(): void {
    const source = { doc: this.doc, awareness: new Awareness(this.doc), hold: () => {} }
    this.editor = mount(document.querySelector('article') as HTMLElement, source, true)
  }

  readonly #answer = async (path: string): Promise<Response> => {
    const url = new URL(path, 'http://here')
    this.asked.push(url)
    if (this.unreachable) throw new TypeError('no network')
    if (this.refusal) return Response.json({ detail: 'No.' }, { status: this.refusal })
    if (url.pathname.endsWith('/history')) {
      return Response.json({ epoch: this.epoch, head: this.ledger.head, people })
    }
    const [first, last] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)))
    return new Response(this.ledger.bytes(first, last) as Uint8Array<ArrayBuffer>)
  }

  /** What is coloured, and whose it is. */
  get colours(): [text: string | null, hue: string | undefined][] {
    const marks = document.querySelectorAll<HTMLElement>('article .blame')
    return [...marks].map(({ textContent, dataset }) => [textContent, dataset.hue])
  }

  get told(): string | undefined {
    return document
      .querySelector('#authors-strip [role=status]')
      ?.textContent?.replace(/\s+/g, ' ')
      .trim()
  }

  async select(from: number, to: number): Promise<void> {
    this.editor.commands.setTextSelection({ from, to })
    await vi.advanceTimersByTimeAsync(300)
  }
}

let page: Page

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 3, 12) })
  page = new Page()
  page.room.wait(new Date(2026, 10, 3, 10, 14).getTime())
  page.room.writer(ANA).type(1, 'She wrote. ')
  page.room.sync()
  page.room.writer(BO).type(12, 'He wrote.')
  page.room.sync()
})

afterEach(() => {
  page.authors.close()
  page.editor.destroy()
  vi.useRealTimers()
})

describe('author colours in the text', () => {
  it('are those of who first wrote the words', async () => {
    await page.open()
    expect(page.colours).toEqual([
      ['She wrote. ', '3'],
      ['He wrote.', '7'],
    ])
  })

  it('come from the columns alone, each row of them once', async () => {
    await page.open()
    page.room.writer(BO).type(21, ' Again.')
    page.room.sync()
    await vi.advanceTimersByTimeAsync(10_000)
    const rows = page.asked.filter(({ pathname }) => !pathname.endsWith('/history'))
    expect(rows.map(({ pathname, search }) => pathname.split('/').at(-1) + search)).toEqual([
      'columns?epoch=1&from=1&to=3',
      'columns?epoch=1&from=4&to=4',
    ])
  })

  it('are nobody’s where somebody types, and theirs when the history tells it', async () => {
    await page.open()
    page.editor.commands.insertContentAt(5, 'just now ')
    const parts = () => page.colours.map(([text]) => text)
    expect(parts()).toEqual(['She ', 'wrote. ', 'He wrote.'])
    await vi.advanceTimersByTimeAsync(20)
    expect(page.colours[1]).toEqual(['just now ', undefined])
    await page.select(5, 9)
    expect(page.told).toContain('Just now, not in the history yet')
    page.room.sync()
    page.authors.changed()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(page.colours[0]).toEqual(['She just now wrote. ', '3'])
    expect(page.told).toMatch(/^Written by Ana, 10:14 · 4 letters$/)
  })

  it('stay the first author’s when another divides the paragraph', async () => {
    await page.open()
    page.editor.commands.setTextSelection(16)
    page.editor.commands.splitBlock()
    page.room.sync()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(page.colours).toEqual([
      ['She wrote. ', '3'],
      ['He w', '7'],
      ['rote.', '7'],
    ])
  })

  it('are drawn in the editor that comes in the place of another', async () => {
    await page.open()
    page.editor.destroy()
    page.show()
    page.authors.changed()
    expect(page.colours).toHaveLength(2)
  })

  it('leave undo as it was', async () => {
    await page.open()
    page.editor.commands.insertContentAt(1, 'X')
    page.authors.close()
    expect(page.colours).toEqual([])
    page.editor.commands.undo()
    expect(page.editor.getText()).toBe('She wrote. He wrote.')
  })
})

describe('what is selected', () => {
  it('is told, each author once', async () => {
    await page.open()
    expect(page.told).toBe('Select words to see who wrote them, and when.')
    await page.select(5, 15)
    expect(page.told).toBe('Written by Ana, 10:14 · 7 letters Written by Bo, 10:14 · 3 letters')
    await page.select(4, 4)
    expect(page.told).toBe('Select words to see who wrote them, and when.')
  })

  it('is told when a selection rests, not on the way', async () => {
    await page.open()
    for (let to = 2; to < 8; to++) {
      page.editor.commands.setTextSelection({ from: 1, to })
      await vi.advanceTimersByTimeAsync(100)
      expect(page.told).toContain('Select words')
    }
    await vi.advanceTimersByTimeAsync(300)
    expect(page.told).toContain('6 letters')
  })
})

describe('the server', () => {
  it('is asked once for much typing, and not at all without any', async () => {
    await page.open()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(page.asked).toHaveLength(2)
    for (let i = 0; i < 20; i++) {
      page.editor.commands.insertContentAt(1, 'x')
      page.room.sync()
      await vi.advanceTimersByTimeAsync(200)
    }
    await vi.advanceTimersByTimeAsync(60_000)
    expect(page.asked).toHaveLength(4)
  })

  it('is asked again when it was away and what was typed is saved', async () => {
    await page.open()
    page.unreachable = true
    page.editor.commands.insertContentAt(1, 'x')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(page.ended).toEqual([])
    expect(page.colours[0]).toEqual(['x', undefined])
    page.unreachable = false
    page.room.sync()
    page.authors.changed()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(page.colours[0]).toEqual(['xShe wrote. ', '3'])
  })

  it('is asked for all rows when the log was rewritten', async () => {
    await page.open()
    page.epoch = 2
    page.editor.commands.insertContentAt(1, 'x')
    page.room.sync()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(page.asked.at(-1)?.search).toBe('?epoch=2&from=1&to=4')
    expect(page.colours[0]).toEqual(['xShe wrote. ', '3'])
  })

  it('ends it when one may not see the history any more', async () => {
    await page.open()
    page.refusal = 403
    page.editor.commands.insertContentAt(1, 'x')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(page.ended).toEqual(['No.'])
  })
})
