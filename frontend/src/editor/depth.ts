/**
 * How deep a person may nest: a bound below the server's, which closes the connection of who goes past
 * it, for good, since the edit would be sent again and again.
 */
import { Extension } from '@tiptap/core'
import { Plugin, type Transaction } from '@tiptap/pm/state'
import { isRemote } from './changes'

const DEEPEST = 95

export const BoundedDepth = Extension.create({
  name: 'boundedDepth',
  addProseMirrorPlugins: () => [
    new Plugin({
      filterTransaction: (change) => !change.docChanged || isRemote(change) || isFlat(change),
    }),
  ],
})

/** Whether all that was changed lies within the bound. */
function isFlat({ doc, mapping }: Transaction): boolean {
  let flat = true
  for (const [i, map] of mapping.maps.entries()) {
    const later = mapping.slice(i + 1)
    map.forEach((_from, _to, from, to) => {
      doc.nodesBetween(later.map(from, -1), later.map(to), (_node, at) => {
        flat &&= doc.resolve(at).depth < DEEPEST
        return flat
      })
    })
  }
  return flat
}
