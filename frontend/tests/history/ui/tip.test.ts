// @vitest-environment jsdom
/** What a mark says can be dismissed, pointed at, and stays (WCAG 2.2, 1.4.13). */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keysOfPast } from '../../../src/history/looking-keys'
import { Tip } from '../../../src/history/tip'

const MARK = new DOMRect(100, 100, 80, 20)
const TOLD = new DOMRect(100, 126, 200, 30)

let until: AbortController
const leave = vi.fn()
const found = (selector: string) => document.querySelector(selector) as HTMLElement
const tip = () => found('.past-tip')

beforeEach(() => {
  document.body.innerHTML =
    '<button></button><main>some <ins data-said="by Ana" tabindex="0">new</ins> words</main>'
  until = new AbortController()
  new Tip(found('main'), until.signal)
  keysOfPast({ walk: {}, exits: { leave }, change: () => {} } as never, until.signal)
  found('ins').getBoundingClientRect = () => MARK
  found('ins').getClientRects = () => [MARK] as never
  tip().getBoundingClientRect = () => TOLD
  leave.mockReset()
})

afterEach(() => until.abort())

/** Moves the pointer onto a place of the page, and on it. */
function point(at: HTMLElement, clientX: number, clientY: number): void {
  const { activeElement } = document
  for (const type of ['pointerover', 'pointermove']) {
    at.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX, clientY }))
  }
  expect(document.activeElement).toBe(activeElement)
}

function pressEscape(): KeyboardEvent {
  const press = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true })
  document.activeElement?.dispatchEvent(press)
  return press
}

describe('what a mark says', () => {
  it.each([
    ['under the pointer', () => point(found('ins'), 110, 110)],
    ['with the focus', () => found('ins').focus()],
  ])('is dismissed by the first Escape %s, and the second leaves', (_where, open) => {
    open()
    expect(tip().hidden).toBe(false)
    expect(pressEscape().defaultPrevented).toBe(true)
    expect(tip().hidden).toBe(true)
    expect(leave).not.toHaveBeenCalled()
    expect(pressEscape().defaultPrevented).toBe(false)
    expect(leave).toHaveBeenCalledOnce()
  })

  it('stays dismissed while neither pointer nor focus come anew', () => {
    found('ins').focus()
    pressEscape()
    point(found('main'), 300, 300)
    expect(tip().hidden).toBe(true)
  })

  it('stays while the pointer goes over to it, and goes when it has left both', () => {
    point(found('ins'), 110, 110)
    point(found('main'), 110, 123)
    expect(tip().hidden).toBe(false)
    point(tip(), 110, 130)
    expect(tip().hidden).toBe(false)
    point(found('main'), 110, 123)
    expect(tip().hidden).toBe(false)
    point(found('main'), 400, 110)
    expect(tip().hidden).toBe(true)
  })

  it('goes when the pointer leaves it for what is beside the text', () => {
    point(found('ins'), 110, 110)
    point(tip(), 110, 150)
    point(found('button'), 110, 300)
    expect(tip().hidden).toBe(true)
  })

  it('stays with the focus when the pointer has gone elsewhere', () => {
    found('ins').focus()
    point(found('main'), 400, 400)
    expect(tip().hidden).toBe(false)
    found('button').focus()
    expect(tip().hidden).toBe(true)
  })
})
