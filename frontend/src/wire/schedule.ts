/** "Once, before the next frame is painted" — or soon, where nothing is painted: a hidden tab. */

const HIDDEN = 100

/** Calls back before the next paint, or after 100 ms when the page does not paint. */
export function afterFrame(callback: () => void): void {
  let done = false
  const once = () => {
    if (done) return
    done = true
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    callback()
  }
  const timer = setTimeout(once, HIDDEN)
  const frame = requestAnimationFrame(once)
}
