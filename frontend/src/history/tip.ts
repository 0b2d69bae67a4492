/**
 * What a mark in a text of the past says, beside it, at once: under the pointer, with the focus, or
 * after a touch. It stays while one is at it, and Escape takes it away (WCAG 2.2, 1.4.13). Screen
 * readers have it from the mark itself. Knows nothing of what is said.
 */

/** How far (px) it stands from its mark, and from the edges of the window. */
const APART = 6
const EDGE = 16
/** Lines of a mark that it does not stand between. */
const FEW = 3

export class Tip {
  readonly #drawn = document.createElement('div')
  #mark: HTMLElement | null = null
  /** How far down (px) in the mark's lines one points; null: its first line. */
  #height: number | null = null

  /** Tells of marks in `place` until `signal` aborts. */
  constructor(
    readonly place: HTMLElement,
    signal: AbortSignal,
  ) {
    this.#drawn.className = 'past-tip'
    this.#drawn.hidden = true
    this.#drawn.setAttribute('aria-hidden', 'true')
    const host = place.closest('dialog') ?? document.body
    host.append(this.#drawn)
    signal.addEventListener('abort', () => this.#drawn.remove())
    this.#listen(signal)
  }

  #listen(signal: AbortSignal): void {
    const { place } = this
    place.addEventListener('pointerover', this.#pointed, { signal })
    place.addEventListener('focusin', this.#reached, { signal })
    place.addEventListener('focusout', this.#left, { signal })
    place.addEventListener('click', this.#pressed, { signal })
    document.addEventListener('pointerover', this.#strayed, { signal })
    document.addEventListener('pointermove', this.#strayed, { signal, passive: true })
    document.documentElement.addEventListener('pointerleave', this.#strayed, { signal })
    addEventListener('keydown', this.#dismissed, { signal, capture: true })
    const rest = { signal, capture: true, passive: true }
    addEventListener('scroll', this.follow, rest)
    addEventListener('resize', this.follow, rest)
  }

  /** The text was drawn anew, or moved: the mark may be elsewhere, say something else, or be gone. */
  readonly follow = (): void => {
    if (!this.#mark) return
    if (!this.place.contains(this.#mark) || !this.#mark.dataset.said) return this.#hide()
    this.#draw(this.#mark)
  }

  readonly #pointed = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') return
    const mark = markOf(event.target)
    if (mark) this.#show(mark, mark === this.#focused ? null : event.clientY)
  }

  /** The pointer may have left both the mark and what it says. */
  readonly #strayed = (event: PointerEvent): void => {
    const mark = this.#mark
    if (!mark || event.pointerType === 'touch') return
    if (event.type !== 'pointerleave' && this.#isAt(mark, event)) return
    const focused = this.#focused
    if (!focused) this.#hide()
    else if (focused !== mark) this.#show(focused, null)
  }

  readonly #pressed = (event: MouseEvent): void => {
    const mark = markOf(event.target)
    if (mark) this.#show(mark, event.clientY)
    else this.#hide()
  }

  readonly #reached = (event: FocusEvent): void => {
    const mark = markOf(event.target)
    if (mark) this.#show(mark, null)
  }

  readonly #left = (): void => {
    if (!this.#mark?.matches(':hover') && !this.#drawn.matches(':hover')) this.#hide()
  }

  /** The first Escape is for what is open on top. */
  readonly #dismissed = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.#mark) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.#hide()
  }

  readonly #hide = (): void => {
    this.#mark = null
    this.#drawn.hidden = true
  }

  get #focused(): HTMLElement | null {
    const { activeElement } = document
    return this.place.contains(activeElement) ? markOf(activeElement) : null
  }

  /** Whether the pointer is at a mark, at what it says, or on the way from one to the other. */
  #isAt(mark: HTMLElement, { target, clientX, clientY }: PointerEvent): boolean {
    if (target instanceof Node && (mark.contains(target) || this.#drawn.contains(target)))
      return true
    return [placeOf(mark, this.#height), this.#drawn.getBoundingClientRect()].some(
      ({ left, right, top, bottom }) =>
        left <= clientX && clientX <= right && top - APART <= clientY && clientY <= bottom + APART,
    )
  }

  #show(mark: HTMLElement, height: number | null): void {
    this.#mark = mark
    const { top } = mark.getBoundingClientRect()
    this.#height = height === null ? null : height - top
    this.#draw(mark)
  }

  #draw(mark: HTMLElement): void {
    const drawn = this.#drawn
    drawn.textContent = mark.dataset.said ?? ''
    drawn.dataset.hue = mark.dataset.hue ?? ''
    drawn.hidden = false
    const { left, top, bottom } = placeOf(mark, this.#height)
    const most = document.documentElement.clientWidth - drawn.offsetWidth - EDGE
    const below = bottom + APART
    const fits = below + drawn.offsetHeight + EDGE <= innerHeight
    drawn.style.left = `${Math.max(EDGE, Math.min(left, most))}px`
    drawn.style.top = `${fits ? below : top - APART - drawn.offsetHeight}px`
  }
}

const markOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-said]') : null

/** Where a mark is that has few lines; of more of them the line that is so far down. */
function placeOf(mark: HTMLElement, height: number | null): DOMRect {
  const whole = mark.getBoundingClientRect()
  const lines = [...mark.getClientRects()]
  if (lines.length <= FEW) return whole
  const at = whole.top + (height ?? 0)
  return lines.find(({ bottom }) => bottom >= at) ?? whole
}
