/**
 * Lists of what is a list already. Tiptap's toggle puts a list that is selected beside other blocks into
 * one item of the new list, and a task list into one bullet; here its items become items of the new list.
 */
import { type Command, commands, Extension } from '@tiptap/core'
import type { NodeRange, NodeType, Node as Part } from '@tiptap/pm/model'
import { AllSelection, type EditorState, TextSelection } from '@tiptap/pm/state'

const LISTS = new Set(['bulletList', 'orderedList', 'taskList'])
const isList = ({ type }: Part): boolean => LISTS.has(type.name)

/** A block that is selected: the items that it gives, and how far what is in it moves. */
type Laid = { items: Part[]; from: number; end: number; shift: number }

/** Makes one list of the blocks that are selected, with lists among them; else it is Tiptap's to do. */
function listed(list: NodeType, item: NodeType): Command {
  return ({ state, tr, dispatch }) => {
    const range = rangeOf(state)
    const blocks = range ? blocksOf(range) : []
    if (!range || !wants(blocks, list, item)) return false
    if (!range.parent.canReplaceWith(range.startIndex, range.endIndex, list)) return false
    if (!dispatch) return true
    const laid = layOut(blocks, range.start, item)
    const items = laid.flatMap((block) => block.items)
    tr.replaceWith(range.start, range.end, list.create(null, items))
    const place = (at: number) => tr.doc.resolve(placed(at, laid))
    const { selection } = state
    if (selection instanceof AllSelection) tr.setSelection(new AllSelection(tr.doc))
    else tr.setSelection(TextSelection.between(place(selection.anchor), place(selection.head)))
    return true
  }
}

/** What is selected; of a list whose items are, or what stands in one of them, all of the list. */
function rangeOf({ selection: { $from, $to } }: EditorState): NodeRange | null {
  const range = $from.blockRange($to)
  if (!range) return null
  const around = [range.depth, range.depth - 1].find(
    (depth) => depth > 0 && isList($from.node(depth)),
  )
  if (around === undefined) return range
  const parent = $from.node(around - 1)
  return $from.blockRange($to, (part) => part === parent)
}

const blocksOf = ({ parent, startIndex, endIndex }: NodeRange): Part[] =>
  parent.content.content.slice(startIndex, endIndex)

/** A list stands beside other blocks, or alone and its items are of another kind. */
function wants(blocks: readonly Part[], list: NodeType, item: NodeType): boolean {
  if (blocks.length > 1) return blocks.some(isList)
  const takes = (block: Part) => block.type.contentMatch.matchType(item) !== null
  return blocks.every((block) => isList(block) && block.type !== list && !takes(block))
}

function layOut(blocks: readonly Part[], start: number, item: NodeType): Laid[] {
  let from = start
  let to = start + 1
  return blocks.map((block) => {
    const items = isList(block)
      ? block.content.content.map((one) => itemOf(one, item))
      : [item.create(null, block)]
    const shift = to - from + (isList(block) ? -1 : 1)
    const laid = { items, from, end: from + block.nodeSize, shift }
    from = laid.end
    to += items.reduce((size, { nodeSize }) => size + nodeSize, 0)
    return laid
  })
}

const itemOf = (part: Part, item: NodeType): Part =>
  part.type === item ? part : item.create(null, part.content)

function placed(at: number, laid: readonly Laid[]): number {
  const around = laid.find(({ from, end }) => from <= at && at < end)
  return at + (around?.shift ?? 0)
}

export const Listing = Extension.create({
  name: 'listing',
  addCommands() {
    return {
      toggleList: (list, item, keepMarks, attributes) => (props) => {
        const { nodes } = props.state.schema
        const [outer, inner] = [nodes[String(list)], nodes[String(item)]]
        if (outer && inner && listed(outer, inner)(props)) return true
        return commands.toggleList(list, item, keepMarks, attributes)(props)
      },
    }
  },
})
