/** Brings back what somebody deleted all at once. */
import { Refused, Unreachable } from '../api'
import { words } from '../catalogue'
import { say } from '../status/saying'
import { Acting, type Desk } from './acting'
import { type Alarm, Book } from './book'
import { tell } from './telling'

/** Takes back what one person did in the rows of an alarm. False: not all of it, and says so. */
export async function bringBack(document: string, desk: Desk, alarm: Alarm): Promise<boolean> {
  try {
    const { past } = await Book.open(document)
    const turn = { author: alarm.by, first: alarm.before + 1, last: alarm.seq }
    const acting = new Acting(desk)
    return tell(acting, acting.takeBack(past, turn), words.broughtBack)
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error
    return saidNo(error.message || words.historyFailed)
  }
}

function saidNo(sentence: string): false {
  say(sentence)
  return false
}
