/**
 * What former builds wrote, and how long it stays: a server that runs beside a build names the old
 * files until it is started again, and pages that are open ask for theirs even later.
 */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** How long a built file stays after the last build that wrote it, in milliseconds. */
export const STAYS = 7 * 24 * 3_600_000

/** Takes the built files out of `folder` that no build has written for so long before `now`. */
export function dropFormer(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name)
    if (now - statSync(file).mtimeMs > STAYS) rmSync(file)
  }
}

/** What the stamp says holds no more once a build begins (see collab/boot/frontend.py). */
export function breakStamp(dist: string): void {
  rmSync(join(dist, '.vite', 'stamp'), { force: true })
}
