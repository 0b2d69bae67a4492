/** Brings back what somebody deleted all at once. */
import { Refused, Unreachable } from '../api'
import { words } from '../catalogue'
import { hush, say } from '../status/saying'
import { Acting, type Desk } from './acting'
import { type Alarm, Book } from './book'

/** Takes back what one person did in the rows of an alarm. False: it could not, and says so. */
export async function bringBack(document: string, desk: Desk, alarm: Alarm): Promise<boolean> {
  try {
    const { past } = await Book.open(document)
    const turn = { author: alarm.by, first: alarm.before + 1, last: alarm.seq }
    const acting = new Acting(desk)
    const done = acting.takeBack(past, turn)
    if (!done) return saidNo(words.nothingToDo)
    say(words.broughtBack, { label: words.undo, run: () => acting.undo() })
    acting.untilTyped(hush)
    return true
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error
    return saidNo(error.message || words.historyFailed)
  }
}

function saidNo(sentence: string): false {
  say(sentence)
  return false
}
