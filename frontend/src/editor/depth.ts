/**
 * How deep a person may nest: a bound below the server's, which closes the connection of who goes past
 * it, for good, since the edit would be sent again and again.
 */
import { Extension } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'
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

/** Whether all lies within the bound, or at least no deeper than it did: the server has taken that. */
const isFlat = ({ doc, before }: Transaction): boolean => {
  const deep = height(doc)
  return deep <= DEEPEST || deep <= height(before)
}

/** Nodes are never changed, and most of a document is the same nodes after an edit. */
const heights = new WeakMap<Node, number>()

/** How many nodes stand in each other below this one, at most. */
function height(node: Node): number {
  if (node.childCount === 0) return 0
  const known = heights.get(node)
  if (known !== undefined) return known
  let deepest = 0
  for (const child of node.children) deepest = Math.max(deepest, height(child))
  heights.set(node, deepest + 1)
  return deepest + 1
}
