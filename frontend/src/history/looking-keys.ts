/** Keys that do something anywhere in the past: to the next change, and out. */
import type { Exits } from './looking'
import type { Walk } from './walk'

export interface KeyActs {
  readonly walk: Walk
  readonly exits: Exits
  change(step: 1 | -1): void
}

const STEPS: Partial<Record<string, 1 | -1>> = { ArrowUp: -1, ArrowDown: 1 }

/** Until `signal` aborts. Dialogs, menus and fields keep their keys. */
export function keysOfPast(acts: KeyActs, signal: AbortSignal): void {
  const press = (event: KeyboardEvent) => {
    if (document.querySelector('dialog[open], details.menu[open]')) return
    const step = STEPS[event.key]
    if (event.altKey && step && acts.walk.isCompared) {
      event.preventDefault()
      acts.change(step)
    } else if (event.key === 'Escape' && !isWriting(event.target)) acts.exits.leave()
  }
  addEventListener('keydown', press, { signal })
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type="range"]), select, textarea')
}
