// A person at an editor of their own, who hears of the others through a log.
import { ACTS } from './commands.mjs'
import { open, wait } from './editor.mjs'
import { Y } from '../yjs.mjs'

const SHORTEST_CUT = 8

// Weights: what people do most.
const OFTEN = { type: 12, erase: 5, enter: 5, join: 4, undo: 4, redo: 2, heading: 2, bullets: 2, blockquote: 2, quote: 2, replace: 2 }
const CHOICES = Object.keys(ACTS).flatMap(name => Array(OFTEN[name] ?? 1).fill(name))

export const PEOPLE = 5

export class Person {
  constructor (random, author, log, write, silent = false) {
    Object.assign(this, { random, author, write, silent, clipboard: null, shortestCut: SHORTEST_CUT, outbox: [], seen: 0, reloads: 0 })
    this.doc = new Y.Doc()
    this.doc.clientID = author + PEOPLE * (1 + Math.floor(random() * 2 ** 40))
    this.hear(log)
    this.editor = open(this.doc, this.silent)
    this.doc.on('update', (update, origin) => { if (origin !== 'remote') this.outbox.push([update, this.doing]) })
  }

  hear (log) {
    this.alive(() => {
      for (; this.seen < log.length; this.seen++) {
        if (log[this.seen][0] !== this.author) Y.applyUpdate(this.doc, log[this.seen][1], 'remote')
      }
    })
  }

  // y-tiptap 3.0.9 throws when it restores a selection that lay beyond what is now the
  // end, Tiptap's Backspace now and then in a list, and Yjs' redoItem where it looks for
  // what was never copied. A person would load the page again.
  alive (act) {
    try {
      act()
    } catch (error) {
      const known = error instanceof RangeError || error.name === 'TransformError' || /redoItem/.test(error.stack)
      if (!known) throw error
      this.editor.destroy()
      this.editor = open(this.doc, this.silent)
      this.reloads++
    }
  }

  act () {
    const name = CHOICES[Math.floor(this.random() * CHOICES.length)]
    this.doing = name
    this.alive(() => ACTS[name](this))
    this.doing = 'hearing'
    wait(this.random() < 0.8 ? 2000 : 100) // sometimes undone together
  }
}
