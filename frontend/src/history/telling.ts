/** Says what came of an act on the live text, in words. Knows nothing of what the act was. */
import { words } from '../catalogue'
import { hush, say } from '../status/saying'
import type { Acting, Done } from './acting'

/** Says `sentence` only of what is done whole, with a way to undo. Tells whether it was. */
export function tell(acting: Acting, done: Done | null, sentence: string): boolean {
  if (!done || done.at === null) {
    say(done ? words.noneRestored : words.nothingToDo)
    return false
  }
  const undo = { label: words.undo, run: () => acting.undo() }
  say(done.isWhole ? sentence : words.partRestored, undo)
  acting.untilTyped(hush)
  return done.isWhole
}
