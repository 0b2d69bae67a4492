/** Waiting for what a page does by itself: as long as a busy machine needs. */
import { vi } from 'vitest'

const PATIENCE = 30_000

export const until = <T>(holds: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(holds, { timeout: PATIENCE, interval: 2 })
