/** Names of keys as people find them on their keyboard. */

const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent)

/** "Mod-Shift-8" as "⇧⌘8" or "Ctrl+Shift+8". */
export function keyName(key: string, mac: boolean = isMac()): string {
  const parts = key.split('-')
  const last = (parts.pop() ?? '').toUpperCase()
  const names = mac
    ? { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
    : { Mod: 'Ctrl+', Alt: 'Alt+', Shift: 'Shift+' }
  return parts.map((part) => names[part as keyof typeof names] ?? part).join('') + last
}
