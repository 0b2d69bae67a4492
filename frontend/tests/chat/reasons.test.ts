/** Why a message is not stored: what the protocol says, the wire knows, and a person reads. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { words } from '../../src/catalogue'
import type { UnsaidReason } from '../../src/wire/frames'

const KNOWN: Record<UnsaidReason, true> = {
  'too-long': true,
  empty: true,
  'no-right': true,
  gone: true,
  later: true,
}
const reasons = Object.keys(KNOWN) as UnsaidReason[]
const heard = (reason: string) => words.chatNotSent(reason as UnsaidReason)

it('are those of the protocol', () => {
  const row = /^\| `unsaid` \|[^|]*\|(.*)\|$/m.exec(readFileSync('../docs/protocol.md', 'utf8'))
  const told = [...(row?.[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)
  expect(told.sort()).toEqual([...reasons].sort())
})

it('have words of their own, and another one has those for later', () => {
  expect(new Set(reasons.map(heard)).size).toBe(reasons.length)
  for (const unknown of ['too-fast', 'of a later release']) {
    expect(heard(unknown)).toBe(heard('later'))
  }
})
