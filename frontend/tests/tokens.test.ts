/** Every text colour can be read on what it stands on, in light and in dark (WCAG, 4.5:1). */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('../src/styles/tokens.css', import.meta.url), 'utf8')
const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)')

const colours = (part: string): Map<string, string> =>
  new Map(
    [...part.matchAll(/--([\w-]+): (oklch\([^)]*\));/g)].map(([, name, value]) => [
      name ?? '',
      value ?? '',
    ]),
  )

const themes = {
  light: colours(light),
  dark: new Map([...colours(light), ...colours(dark)]),
}

/** The relative luminance of an OKLCH colour (Björn Ottosson's matrices). */
function luminance(colour: string): number {
  const [l = 0, c = 0, h = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number)
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const [long, medium, short] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ] as const
  const rgb = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ].map((channel) => Math.min(Math.max(channel, 0), 1))
  return 0.2126 * (rgb[0] ?? 0) + 0.7152 * (rgb[1] ?? 0) + 0.0722 * (rgb[2] ?? 0)
}

function contrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y)
  return (bright + 0.05) / (dim + 0.05)
}

describe.each(Object.entries(themes))('in %s', (_name, theme) => {
  const token = (name: string): string => {
    const value = theme.get(name)
    if (!value) throw new Error(`no token --${name}`)
    return value
  }

  test.each(['ink', 'ink-soft', 'accent', 'positive', 'caution', 'danger'])(
    '%s is read on paper and on surface',
    (name) => {
      expect(contrast(token(name), token('paper'))).toBeGreaterThanOrEqual(4.5)
      expect(contrast(token(name), token('surface'))).toBeGreaterThanOrEqual(4.5)
    },
  )

  test.each(Array.from({ length: 12 }, (_, index) => `person-${index + 1}`))(
    'a name is read on %s, and its caret is seen on paper',
    (name) => {
      expect(contrast(token('person-ink'), token(name))).toBeGreaterThanOrEqual(4.5)
      expect(contrast(token(name), token('paper'))).toBeGreaterThanOrEqual(3)
    },
  )
})
