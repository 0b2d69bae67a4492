/** Finds the web addresses in what somebody said. */

export type Part = { text: string; href: string | null }

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+/gi
/** What ends a sentence, and seldom an address. */
const TAIL = new Set(".,:;!?'’”»…")
/** What opened is closed by. */
const CLOSED_BY = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
])
const CLOSERS = new Set(CLOSED_BY.values())

/** Splits a text into plain words and addresses; all together they are the text. */
export function parts(text: string): Part[] {
  const found: Part[] = []
  let end = 0
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = match.slice(0, endOf(match))
    if (!isPlain(address)) continue
    if (index > end) found.push({ text: text.slice(end, index), href: null })
    found.push({ text: address, href: address })
    end = index + address.length
  }
  if (end < text.length) found.push({ text: text.slice(end), href: null })
  return found
}

/** An address, and none with a name before its host, which would pass for the host. */
function isPlain(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { username, password } = new URL(address)
  return !username && !password
}

/**
 * Where an address ends: before the punctuation around it, and brackets that were opened before it.
 * Looks at each letter twice at most, as others write what is read here.
 */
export function endOf(letters: ArrayLike<string>): number {
  const open = unclosed(letters)
  let end = letters.length
  for (; end > 0; end--) {
    const letter = letters[end - 1] as string
    const balance = open.get(letter) ?? 0
    if (balance < 0) open.set(letter, balance + 1)
    else if (!TAIL.has(letter)) break
  }
  return end
}

/** By closing bracket: how many more were opened than closed. */
function unclosed(letters: ArrayLike<string>): Map<string, number> {
  const open = new Map<string, number>()
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] as string
    const closer = CLOSED_BY.get(letter)
    if (closer) open.set(closer, (open.get(closer) ?? 0) + 1)
    else if (CLOSERS.has(letter)) open.set(letter, (open.get(letter) ?? 0) - 1)
  }
  return open
}
