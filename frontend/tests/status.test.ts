import { describe, expect, it } from 'vitest'
import { words } from '../src/catalogue'
import { isStranded, mayEdit, type Situation, statusOf } from '../src/status/status'

const live: Situation = {
  connection: { at: 'open' },
  welcomed: true,
  ready: true,
  role: 'editor',
  unsent: 0,
  kept: true,
  stored: 0,
  saved: true,
  trouble: null,
  online: true,
  foreign: false,
}
const waiting = { connection: { at: 'waiting' } } as const

const CASES: [string, Partial<Situation>, string][] = [
  ['everything is durable', {}, 'Saved'],
  ['an edit has no receipt', { saved: false, unsent: 1 }, 'Saving…'],
  ['clocks are not proven equal', { saved: false }, 'Saving…'],
  ['the connection is lost', { ...waiting, saved: false }, 'Reconnecting…'],
  [
    'the socket is open, but nothing was said yet',
    { welcomed: false, saved: false },
    'Connecting…',
  ],
  ['nothing is unsent offline', { ...waiting, online: false }, 'Offline — all changes are saved'],
  ['one edit is unsent', { ...waiting, unsent: 1, stored: 1 }, 'Offline — 1 change kept here'],
  [
    'many edits are unsent',
    { ...waiting, unsent: 1234, stored: 1234 },
    'Offline — 1,234 changes kept here',
  ],
  [
    'the last edit is still being stored',
    { ...waiting, unsent: 3, stored: 2 },
    'Offline — 2 changes kept here',
  ],
  [
    'nothing can be stored',
    { ...waiting, unsent: 2, kept: false },
    'Offline — 2 changes in this tab only, keep it open',
  ],
  ['one may read', { role: 'reader', saved: false }, 'Read only'],
  ['one may comment', { role: 'commenter', saved: false }, 'Read only: you may comment'],
  [
    'the right was taken while edits were unsent and nothing can be stored',
    { role: 'reader', unsent: 3, kept: false },
    'Read only — 3 changes in this tab only, not saved',
  ],
  [
    'the right was taken while edits were unsent',
    { role: 'reader', unsent: 3 },
    'Read only — 3 changes kept here, not saved',
  ],
  ['unknown parts are shown', { foreign: true }, 'Read only'],
  ['the server closed for good', { connection: { at: 'stopped', code: 4403 } }, 'Not connected'],
]

describe('the status', () => {
  it.each(CASES)('when %s', (_when, change, text) => {
    expect(statusOf({ ...live, ...change }).text).toBe(text)
  })

  it('never says Saved while anything is unsent', () => {
    for (const at of ['open', 'connecting', 'waiting', 'closed'] as const) {
      const status = statusOf({ ...live, connection: { at }, unsent: 1, saved: false })
      expect(status.text).not.toBe(words.saved)
    }
  })

  it.each([
    [4401, words.signedOut],
    [4403, words.noRight],
    [4404, words.gone],
    [4413, words.tooLargeFrame],
    [4429, words.tooFast],
    [4400, words.malformed],
    [4499, words.malformed],
  ])('explains the close code %i, and what is kept', (code, why) => {
    const stopped = { ...live, connection: { at: 'stopped', code } } as const
    expect(statusOf(stopped).sentence).toBe(why)
    expect(statusOf({ ...stopped, unsent: 2 }).sentence).toBe(`${why} ${words.notSaved(2)}`)
    expect(mayEdit(stopped)).toBe(false)
  })

  it('says where unsent edits are, and where typing is not kept', () => {
    const unkept = { ...live, ...waiting, kept: false, saved: false }
    expect(statusOf(unkept).sentence).toBe(words.unkept)
    expect(statusOf({ ...unkept, role: 'reader' }).sentence).toBeNull()
    expect(statusOf({ ...unkept, connection: { at: 'open' } }).sentence).toBeNull()
    const stopped = { ...unkept, connection: { at: 'stopped', code: 4401 }, unsent: 2 } as const
    expect(statusOf(stopped).sentence).toBe(`${words.signedOut} ${words.notKept(2)}`)
  })

  it('explains what was taken back', () => {
    const refused = { kind: 'refused', reason: 'too deep' } as const
    expect(statusOf({ ...live, trouble: refused }).sentence).toContain('too deep')
    expect(statusOf({ ...live, trouble: { kind: 'too-large' } }).sentence).toBe(words.tooLarge)
    expect(statusOf({ ...live, foreign: true }).sentence).toBe(words.foreign)
    expect(statusOf(live).sentence).toBeNull()
  })
})

describe('what is unsent', () => {
  const stopped = (code: number) => ({ connection: { at: 'stopped', code } }) as const
  it.each<[string, Partial<Situation>, boolean]>([
    ['waits for the network', { ...waiting, role: 'reader' }, false],
    ['is on its way', {}, false],
    ['is of somebody who may only read now', { role: 'reader' }, true],
    ['is of somebody of whom nothing was heard yet', { role: null, welcomed: false }, false],
    ['has no document any more', stopped(4404), true],
    ['has lost its right', stopped(4403), true],
    ['was too large', stopped(4413), true],
    ['could not be read by the server', stopped(4400), true],
    ['goes out after signing in', stopped(4401), false],
    ['goes out after a reload', stopped(4429), false],
  ])('%s', (_when, change, stranded) => {
    expect(isStranded({ ...live, unsent: 1, saved: false, ...change })).toBe(stranded)
    expect(isStranded({ ...live, ...change })).toBe(false)
  })
})

describe('the right to type', () => {
  it('needs the role, known parts and a document that is not in the trash', () => {
    expect(mayEdit(live)).toBe(true)
    expect(mayEdit({ ...live, ...waiting, unsent: 4 })).toBe(true)
    expect(mayEdit({ ...live, role: 'reader' })).toBe(false)
    expect(mayEdit({ ...live, role: null })).toBe(false)
    expect(mayEdit({ ...live, foreign: true })).toBe(false)
    expect(mayEdit({ ...live, trouble: { kind: 'trashed' } })).toBe(false)
  })
})
