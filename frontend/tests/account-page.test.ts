// @vitest-environment jsdom
/** Where a page says that something is missing: is it a document, whose copy here is then let go? */
import { afterEach, expect, it, vi } from 'vitest'

const giveBack = vi.hoisted(() => vi.fn<(...of: unknown[]) => Promise<void>>())
vi.mock('../src/status/left-behind', () => ({ giveBack }))

const ID = '0190163d-8694-7395-9a3c-1a2b3c4d5e6f'

async function missingAt(path: string): Promise<void> {
  history.replaceState(null, '', path)
  document.body.innerHTML = '<div id="missing" data-user="7"></div>'
  await import('../src/account-page')
  await vi.dynamicImportSettled()
}

afterEach(() => {
  vi.resetModules()
  giveBack.mockReset()
})

it.each([`/documents/${ID}/`, `/documents/${ID}/history/`, `/documents/${ID}/history/?list`])(
  'a document is gone that was to be shown at %s',
  async (path) => {
    await missingAt(path)
    expect(giveBack).toHaveBeenCalledWith(7, ID, document.querySelector('#missing'))
  },
)

it.each([
  `/documents/${ID}/restore/`,
  `/documents/${ID}/x/`,
  `/documents/${ID}/history/x/`,
  `/documents/${ID}`,
  '/x/',
])('nothing is said of any document at %s', async (path) => {
  await missingAt(path)
  expect(giveBack).not.toHaveBeenCalled()
})
