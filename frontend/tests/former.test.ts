/** A build leaves what the servers and pages of former builds ask for. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { breakStamp, dropFormer, STAYS } from '../former'
import config from '../vite.config'

const NOW = 1_800_000_000_000
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'former-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function built(name: string, at: number): void {
  writeFileSync(join(folder, name), '')
  utimesSync(join(folder, name), at / 1000, at / 1000)
}

it('keeps what a build of the last days wrote, and drops what is older', () => {
  built('page-new.js', NOW)
  built('page-former.js', NOW - STAYS)
  built('page-old.js', NOW - STAYS - 1000)
  dropFormer(folder, NOW)
  expect(readdirSync(folder).sort()).toEqual(['page-former.js', 'page-new.js'])
})

it('empties nothing before a build', () => {
  expect(config.build?.emptyOutDir).toBe(false)
})

it('takes away the word that nothing is to be built', () => {
  mkdirSync(join(folder, '.vite'))
  writeFileSync(join(folder, '.vite', 'stamp'), 'made of this')
  writeFileSync(join(folder, '.vite', 'manifest.json'), '{}')
  for (const _time of ['the first', 'and again']) breakStamp(folder)
  expect(readdirSync(join(folder, '.vite'))).toEqual(['manifest.json'])
})
