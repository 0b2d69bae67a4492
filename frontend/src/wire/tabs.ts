/**
 * Which tab owns which outbox: a tab holds a Web Lock while it lives, so an outbox whose lock is free
 * was left behind by a closed tab and may be adopted. Without Web Locks every outbox may: then two
 * tabs can send one update, which the server trims.
 */
import { uuidv4 } from 'lib0/random'
import type { Entry } from './copy'

export class Tab {
  readonly id = uuidv4()
  #release: (() => void) | undefined

  constructor(readonly document: string) {}

  /** Takes this tab's lock, until `leave` or the end of the page. */
  async enter(): Promise<void> {
    const { locks } = navigator
    if (!locks) return
    await new Promise<void>((entered) => {
      void locks.request(lockOf(this.document, this.id), () => {
        entered()
        return new Promise<void>((release) => {
          this.#release = release
        })
      })
    })
  }

  leave(): void {
    this.#release?.()
  }

  /** Calls `adopt` with the entries of each closed tab, while nobody else can. */
  async orphans<Of extends Pick<Entry, 'tab'>>(
    entries: readonly Of[],
    adopt: (orphaned: Of[]) => Promise<void>,
  ): Promise<void> {
    const tabs = new Set(entries.map(({ tab }) => tab))
    tabs.delete(this.id)
    for (const tab of tabs) {
      const left = entries.filter((entry) => entry.tab === tab)
      if (!navigator.locks) await adopt(left)
      else {
        const name = lockOf(this.document, tab)
        await navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && adopt(left))
      }
    }
  }
}

/**
 * Tells closed tabs from those that live now, for who looks only: it takes no lock, as an editor that
 * would adopt an outbox asks for its lock once, and goes without where somebody has it.
 */
export async function closedNow(): Promise<(document: string, tab: string) => boolean> {
  const { held = [] } = navigator.locks ? await navigator.locks.query() : {}
  const living = new Set(held.map(({ name }) => name))
  return (document, tab) => !living.has(lockOf(document, tab))
}

const lockOf = (document: string, tab: string): string => `palimpsest-${document}-${tab}`
