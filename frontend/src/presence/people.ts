/** How a person is drawn: initials, and a colour and pattern out of twelve. */

const HUES = 12
const PATTERNS = 4

/** A person's colour as `data-hue` takes it; whatever a frame says, one of twelve. */
export function hueOf(hue: unknown): string {
  return String(typeof hue === 'number' && Number.isInteger(hue) ? cycle(hue, HUES) : 1)
}

/** A line pattern, for those who do not see the colour. */
export const patternOf = (hue: number): string => String(cycle(hue, PATTERNS))

const cycle = (number: number, length: number): number =>
  ((((number - 1) % length) + length) % length) + 1

/** One or two letters for a name: the first of the first and of the last word. */
export function initials(name: string): string {
  const parts = name.trim().split(/\s+/).filter(Boolean)
  const picked = parts.length > 1 ? [parts[0], parts[parts.length - 1]] : parts
  const letters = picked.map((part) => [...(part ?? '')][0] ?? '')
  return letters.join('').toLocaleUpperCase() || '?'
}
