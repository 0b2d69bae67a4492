// @vitest-environment jsdom
/** What stands in the place of the text when the provider's document is another. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { words } from '../src/catalogue'
import { Stage } from '../src/editor/stage'
import { hush } from '../src/status/saying'
import { append } from './fake-server'

let stage: Stage
const toast = () => document.querySelector('.toast:not([hidden])')?.textContent ?? ''

function source(text: string) {
  const doc = new Y.Doc()
  append(doc, text)
  return { doc, awareness: new Awareness(doc), hold: () => {} }
}

beforeEach(() => {
  vi.stubGlobal('scrollTo', () => {})
  document.body.innerHTML = '<div id="toolbar"></div><article id="text"></article>'
  const [tools, place] = document.body.children as unknown as [HTMLElement, HTMLElement]
  stage = new Stage(place, tools, source('One text.'))
  stage.show(true)
})

afterEach(() => {
  hush()
  stage.clear()
})

/** The same words in another document, as after a restored backup. */
function replaced(): void {
  Object.assign(stage.provider, source('One text.'))
  stage.show(true)
}

it('says that Undo begins anew where there was something to undo', () => {
  stage.editor?.commands.insertContentAt(1, 'Typed. ')
  replaced()
  expect(toast()).toContain(words.undoAnew)
  expect(stage.editor?.can().undo()).toBe(false)
})

it('says nothing where there was nothing to undo', () => {
  replaced()
  expect(toast()).toBe('')
})
