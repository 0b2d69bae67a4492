/** Tells that the person is doing something: at once, then at most every five seconds. */

const QUIET = 5_000
const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'input'] as const

/** Calls `active` on signs of life. Answers with a function that stops it. */
export function watchActivity(active: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY
  const sign = () => {
    if (document.visibilityState !== 'visible' || Date.now() - last < QUIET) return
    last = Date.now()
    active()
  }
  for (const name of SIGNS) addEventListener(name, sign, { passive: true, capture: true })
  document.addEventListener('visibilitychange', sign)
  return () => {
    for (const name of SIGNS) removeEventListener(name, sign, { capture: true })
    document.removeEventListener('visibilitychange', sign)
  }
}
