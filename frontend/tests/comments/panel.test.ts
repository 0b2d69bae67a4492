// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { words } from '../../src/catalogue'
import { NEW } from '../../src/comments/drafts'
import { CommentsPanel, type Text } from '../../src/comments/panel'
import type { Passages } from '../../src/comments/passages'
import type { Comment } from '../../src/comments/threads'
import { hush } from '../../src/status/saying'
import { until } from '../until'
import { ANA, ANCHOR, becomes, comment, commented, Part, welcome } from './people'

let part: Part
let panel: CommentsPanel
let text: Text
/** What stands in the text, by thread. */
let standing: Record<number, string>

beforeEach(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  Element.prototype.scrollIntoView = () => {}
  part = new Part()
  standing = { 1: 'the old bridge' }
  const passages = {
    of: (number: number) => (standing[number] ? { from: number, to: number + 1 } : null),
    words: (number: number) => standing[number] ?? null,
    reveal: vi.fn(),
  } as unknown as Passages
  text = { passages, selected: null, active: null, isRead: false, begin: vi.fn() }
  panel = new CommentsPanel(part.discussion, text, () => panel.hide())
  Object.assign(part.discussion.around, { changed: () => panel.draw() })
  part.server.put(1, {})
  part.discussion.hear(welcome('editor'))
  await told()
  panel.open()
})

afterEach(() => {
  part.discussion.stop()
  hush()
  document.body.replaceChildren()
})

const told = () => until(() => expect(part.discussion.threads.revision).toBe(part.server.revision))
const found = <T extends Element = HTMLElement>(selector: string) =>
  document.querySelector(selector) as T
const all = (selector: string) =>
  [...document.querySelectorAll(selector)].map((one) => one.textContent?.trim())
const press = (name: string, place: ParentNode = found('#comments-panel')) =>
  [...place.querySelectorAll('button')].find((one) => one.textContent?.trim() === name)?.click()

function write(words: string, area = found<HTMLTextAreaElement>('textarea')): void {
  area.value = words
  area.dispatchEvent(new Event('input'))
}

const enter = (area = found('textarea')) =>
  area.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', cancelable: true, bubbles: true }),
  )

async function says(number: number, told_: Partial<Comment>): Promise<void> {
  part.server.say(number, told_)
  part.discussion.hear(commented(part.server.revision))
  await told()
}

describe('a card', () => {
  it('shows the words that stand there now, and goes there', () => {
    standing[1] = 'the new bridge'
    panel.draw()
    expect(found('.thread-words').textContent).toBe('the new bridge')
    found('.thread-words').click()
    expect(text.passages?.reveal).toHaveBeenCalledWith(1)
    expect(text.active).toBe(1)
  })

  it('is drawn again only where it looks otherwise', () => {
    const told = vi.spyOn(words, 'when')
    panel.draw()
    expect(told).not.toHaveBeenCalled()
    standing[1] = 'the new bridge'
    panel.draw()
    expect(told).toHaveBeenCalled()
    told.mockRestore()
  })

  it('says of words that are gone what they were, and that they are', () => {
    delete standing[1]
    panel.draw()
    expect(found('p.thread-words').textContent).toBe('the old bridge')
    expect(all('.thread-note')).toEqual([words.commentGone])
  })

  it('shows no markup, and addresses as links that tell nothing', async () => {
    await says(1, { text: '<img src=x onerror=alert(1)> https://a.example/?q="><b>' })
    expect(found('.threads').querySelectorAll('img, b')).toHaveLength(0)
    expect(found<HTMLAnchorElement>('.spoken a').rel).toBe('noopener noreferrer nofollow')
  })

  it('folds the middle of a long talk away until one asks', async () => {
    for (let n = 2; n <= 20; n++) part.server.say(1, { text: `word ${n}` })
    await says(1, { text: 'the last' })
    expect(all('.spoken')).toEqual(['say 1', 'word 20', 'the last'])
    press(words.answersBetween(18))
    expect(all('.spoken')).toHaveLength(21)
  })

  it('lets one take back one’s own, when one means it', async () => {
    await says(1, { text: 'A slip', by: ANA })
    expect(all('.remark-remove')).toEqual(['Remove'])
    HTMLDialogElement.prototype.showModal = () => {}
    found('.remark-remove').click()
    const dialog = found<HTMLDialogElement>('dialog')
    dialog.returnValue = 'go'
    dialog.dispatchEvent(new Event('close'))
    await until(() => expect(all('.remark-gone')).toEqual([words.commentRemoved]))
    expect(document.body.textContent).not.toContain('A slip')
  })
})

describe('an answer', () => {
  it('is written, sent with Enter, and stands in the card', async () => {
    press(words.answer)
    expect(document.activeElement?.id).toBe('answer-1')
    write('Indeed')
    enter()
    await until(() => expect(all('.spoken')).toEqual(['say 1', 'Indeed']))
    expect(found('textarea')).toBeNull()
    expect(document.activeElement?.textContent).toBe(words.answer)
  })

  it('stays in its field where it was not stored, and is sent again', async () => {
    press(words.answer)
    write('Indeed')
    part.server.ways.push('away')
    enter()
    await until(() => expect(found('[role=alert]').textContent).toBe(words.commentOffline))
    expect(found<HTMLTextAreaElement>('textarea').value).toBe('Indeed')
    press(words.send)
    await until(() => expect(all('.spoken')).toEqual(['say 1', 'Indeed']))
  })

  it('keeps its field, words and focus while others settle, answer and move the thread', async () => {
    part.server.put(2, {})
    standing[2] = 'x'
    await says(1, { text: 'Bo’s' })
    press(words.answer, found('#thread-1'))
    const area = found<HTMLTextAreaElement>('#answer-1')
    write('half a sent', area)
    delete standing[1]
    part.server.put(1, { settled: { at: 1, by: null } })
    await says(1, { text: 'Bo’s second' })
    expect(found('#answer-1')).toBe(area)
    expect([area.value, document.activeElement]).toEqual(['half a sent', area])
    expect(all('#thread-1 .spoken')).toContain('Bo’s second')
  })

  it('can be given up, and taken up again', () => {
    press(words.answer)
    write('Never mind')
    press(words.cancel)
    expect(part.discussion.drafts.size).toBe(0)
    press(words.undo, document)
    expect(found<HTMLTextAreaElement>('textarea').value).toBe('Never mind')
  })

  it('says how much is too much', () => {
    press(words.answer)
    write('x'.repeat(4001))
    expect(found('#answer-1-left').textContent).toBe('1 character too many')
    enter()
    expect(part.discussion.drafts.of('t1')?.sending).toBe(false)
  })
})

describe('a new comment', () => {
  it('is asked for by what is selected', () => {
    expect(found('#comments-hint').textContent).toBe(words.commentSelect)
    Object.assign(text, { selected: 'eleven centimetres' })
    panel.draw()
    expect(found('#comments-hint').textContent).toContain('eleven centimetres')
    press(words.comment)
    expect(text.begin).toHaveBeenCalledTimes(1)
  })

  it('shows the words that it is about, and is a card when it is stored', async () => {
    part.discussion.drafts.begin(NEW, ANCHOR)
    panel.begun()
    expect(document.activeElement?.id).toBe('comment-new')
    expect(found('.comments-foot .thread-words').textContent).toBe('the old bridge')
    write('Why?')
    enter()
    await until(() => expect(document.querySelectorAll('.thread')).toHaveLength(2))
    expect(text.active).toBe(2)
    expect(found('#comments-hint')).not.toBeNull()
  })
})

describe('settling', () => {
  it('puts a thread below the others, and can be undone', async () => {
    press(words.settle)
    await until(() => expect(all('.threads-settled')).toEqual(['Settled (1)']))
    expect(document.querySelectorAll('.thread')).toHaveLength(0)
    press('Settled (1)')
    expect(all('.thread-note')[0]).toContain('Settled by Ana')
    press(words.undo, document)
    await until(() => expect(found('.threads-settled')).toBeNull())
    expect(document.querySelectorAll('.thread')).toHaveLength(1)
  })
})

describe('the panel', () => {
  it('teaches where there is nothing, and says when it cannot be shown', async () => {
    part.discussion.hear(welcome('editor', 4000, 2))
    expect(all('.beside-note')).toEqual([words.commentsLoading])
    part.server.threads.length = 0
    await told()
    await until(() => expect(all('.beside-note')[0]).toContain(words.commentsEmpty))
    part.server.ways.push('away')
    part.discussion.hear(welcome('editor', 4000, 3))
    await until(() => expect(all('.beside-note')[0]).toContain(words.commentsFailed))
    press(words.again)
    await until(() => expect(all('.beside-note')[0]).toContain(words.commentsEmpty))
  })

  it('tells who commented while one looks on, and nothing of before', async () => {
    expect(found('[role=status]').textContent).toBe('')
    await says(1, { text: 'mine', by: ANA })
    expect(found('[role=status]').textContent).toBe('')
    await says(1, { text: 'news' })
    expect(found('[role=status]').textContent).toBe('Bo commented.')
  })

  it('holds nobody’s words while it is closed, nor after the right is gone', async () => {
    await says(1, { text: 'secret' })
    press(words.answer)
    write('my own')
    panel.hide()
    expect(document.body.innerHTML).not.toMatch(/secret|old bridge|my own/)
    panel.open()
    expect(found<HTMLTextAreaElement>('textarea').value).toBe('my own')
    part.discussion.hear(becomes('reader'))
    expect(document.body.innerHTML).not.toMatch(/secret|old bridge/)
  })

  it('forgets fields that were left empty when it closes', () => {
    press(words.answer)
    panel.hide()
    panel.open()
    expect(found('textarea')).toBeNull()
  })

  it('opens where one looks', () => {
    panel.hide()
    text.active = 1
    panel.open()
    expect(document.activeElement?.id).toBe('thread-1')
    expect(found('#thread-1').getAttribute('aria-current')).toBe('true')
    expect(comment(1).by?.name).toBe(found('.spoken-name').textContent)
  })
})
