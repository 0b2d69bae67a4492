/** Links that lead to web pages and mailboxes only, and are made from one's own typing only. */
import { Link } from '@tiptap/extension-link'
import { Plugin } from '@tiptap/pm/state'
import { isRemote } from './changes'

const PROTOCOLS = new Set(['http:', 'https:', 'mailto:'])

/** Whether an address may be linked; addresses without a protocol are seen as those of web pages. */
export function isSafe(address: string): boolean {
  if (!URL.canParse(address, 'https://relative.invalid/')) return false
  return PROTOCOLS.has(new URL(address, 'https://relative.invalid/').protocol)
}

/** What a person typed, as an address: "example.org" is meant as https. Null: not to be linked. */
export function addressOf(typed: string): string | null {
  const text = typed.trim()
  if (text === '') return null
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return isSafe(text) ? text : null
  const guess = text.includes('@') && !text.includes('/') ? `mailto:${text}` : `https://${text}`
  return isSafe(guess) && URL.canParse(guess) ? guess : null
}

/** The plugin, deaf to what others typed: their bare addresses would be linked in our name. */
function ownTypingOnly(plugin: Plugin): Plugin {
  const { appendTransaction } = plugin.spec
  if (!appendTransaction) return plugin
  return new Plugin({
    ...plugin.spec,
    appendTransaction(transactions, before, after) {
      if (transactions.some(isRemote)) return null
      return appendTransaction.call(this, transactions, before, after)
    },
  })
}

export const SafeLink = Link.extend({
  addProseMirrorPlugins() {
    return (this.parent?.() ?? []).map(ownTypingOnly)
  },
  // What else stands in a document of others (rel=opener, a class of ours) is kept, and not obeyed.
  renderHTML({ mark, HTMLAttributes: { href } }) {
    return this.parent?.({ mark, HTMLAttributes: { href } }) ?? ['a', 0]
  },
}).configure({
  openOnClick: false,
  defaultProtocol: 'https',
  protocols: [],
  isAllowedUri: (address) => isSafe(address),
  HTMLAttributes: { rel: 'noopener noreferrer nofollow', target: '_blank', class: null },
})
