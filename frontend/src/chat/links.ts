/** Finds the web addresses in what somebody said. */

export type Part = { text: string; href: string | null }

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+/gi
/** What ends a sentence, and seldom an address. */
const TAIL = /[.,:;!?'’”»…]+$/u

const BRACKETS = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
] as const

/** Splits a text into plain words and addresses; all together they are the text. */
export function parts(text: string): Part[] {
  const found: Part[] = []
  let end = 0
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = trimmed(match)
    if (!URL.canParse(address)) continue
    if (index > end) found.push({ text: text.slice(end, index), href: null })
    found.push({ text: address, href: address })
    end = index + address.length
  }
  if (end < text.length) found.push({ text: text.slice(end), href: null })
  return found
}

/** Without the punctuation around an address, and a bracket that was opened before it. */
function trimmed(match: string): string {
  let address = match.replace(TAIL, '')
  for (const [open, close] of BRACKETS) {
    while (address.endsWith(close) && count(address, close) > count(address, open)) {
      address = address.slice(0, -1).replace(TAIL, '')
    }
  }
  return address
}

const count = (text: string, letter: string): number => text.split(letter).length - 1
