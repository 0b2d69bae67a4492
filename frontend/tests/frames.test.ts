import { readFileSync } from 'node:fs'
import { fromHexString, toHexString } from 'lib0/buffer'
import { describe, expect, it } from 'vitest'
import { decode, encode, type Frame, Malformed, Unknown } from '../src/wire/frames'

type Vector = { name: string; hex: string; frame: Record<string, unknown> }

const file = new URL('../../tests/vectors/frames.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[]

/** The vector's frame with its hex strings as bytes. */
function frameOf(vector: Vector): Frame {
  const bytes = ['stateVector', 'update', 'awareness']
  const entries = Object.entries(vector.frame).map(([key, value]) => [
    key,
    bytes.includes(key) ? fromHexString(value as string) : value,
  ])
  return Object.fromEntries(entries) as Frame
}

describe('frames', () => {
  it.each(vectors)('reads $name', (vector) => {
    expect(decode(fromHexString(vector.hex))).toEqual(frameOf(vector))
  })

  it.each(vectors)('writes $name', (vector) => {
    expect(toHexString(encode(frameOf(vector)))).toBe(vector.hex)
  })

  it.each(vectors)('refuses $name cut short or with a byte too many', ({ hex }) => {
    expect(() => decode(fromHexString(`${hex}00`))).toThrow(Malformed)
    expect(() => decode(fromHexString(hex.slice(0, -2)))).toThrow(Malformed)
  })

  it('refuses numbers that no frame has', () => {
    for (const hex of ['', '04', '0f', '0003', '0201']) {
      expect(() => decode(fromHexString(hex))).toThrow(Malformed)
    }
  })

  it('knows what it does not know: frames and notices of later releases', () => {
    for (const hex of ['1b', '1bff', '7f01', '160178027b7d']) {
      expect(() => decode(fromHexString(hex))).toThrow(Unknown)
    }
  })
})
