/**
 * The way to a document's chat: a button that counts what one has not seen, and Alt+C. The panel is
 * loaded when somebody first opens it; what is said is heard from the beginning.
 */
import '../styles/chat-switch.css'
import { words } from '../catalogue'
import type { Session } from '../editor/session'
import { say } from '../status/saying'
import type { ConnectionState } from '../wire/connection'
import type { Frame } from '../wire/frames'
import type { Saying } from './outgoing'
import type { ChatPanel } from './panel'
import { pagesOf } from './reading'
import { Talk } from './talk'
import { Seen, unread } from './unread'

/** The past stands where the chat would: one gives way to the other. */
export type Past = { readonly isOpen: boolean; leave: () => void }

export class ChatSwitch {
  readonly #talk: Talk
  readonly #seen: Seen
  readonly #listening = new AbortController()
  readonly #heard = document.createElement('span')
  #panel: ChatPanel | null = null
  #loading = false
  #came: Element | null = null
  /** The chat waits for the past to go. */
  #wanted = false
  #told = 0

  constructor(
    session: Session,
    readonly button: HTMLElement,
    send: (frame: Saying) => boolean,
    readonly past: () => Past | null,
  ) {
    this.#seen = new Seen(session.user.id, session.document)
    this.#talk = new Talk({
      self: session.user,
      role: session.role,
      pages: pagesOf(session.document),
      seen: this.#seen,
      say: send,
      changed: () => this.#changed(),
      notRemoved: () => say(words.chatNotRemoved),
    })
    this.#heard.className = 'visually-hidden'
    this.#heard.setAttribute('role', 'status')
    button.after(this.#heard)
    const { signal } = this.#listening
    button.addEventListener('click', this.#toggle, { signal })
    addEventListener('keydown', this.#key, { signal })
    addEventListener('storage', this.#seenElsewhere, { signal })
    this.#show()
  }

  get isOpen(): boolean {
    return this.#panel?.isOpen ?? false
  }

  /** How many messages would be lost with this page. */
  get unsaid(): number {
    return this.#talk.outgoing.size + (this.#panel?.draft ? 1 : 0)
  }

  hear(frame: Frame): void {
    this.#talk.hear(frame)
  }

  /** The connection is another. */
  moved({ at }: ConnectionState): void {
    this.#talk.moved(at)
  }

  /** The past came, or has gone. */
  turned(isPast: boolean): void {
    if (isPast) this.#close()
    else if (this.#wanted) void this.#open()
    this.#wanted = false
  }

  stop(): void {
    this.#listening.abort()
    this.#talk.stop()
  }

  readonly #toggle = (): void => {
    const past = this.past()
    if (this.isOpen) this.#close()
    else if (past?.isOpen) {
      this.#wanted = true
      past.leave()
    } else void this.#open()
  }

  async #open(): Promise<void> {
    if (this.#loading || !this.#talk.allowed) return
    this.#came = document.activeElement
    try {
      this.#panel ??= await this.#load()
    } catch {
      return say(words.chatFailed)
    }
    this.#panel.open()
    this.#show()
  }

  async #load(): Promise<ChatPanel> {
    this.#loading = true
    try {
      const { ChatPanel } = await import('./panel')
      return new ChatPanel(this.#talk, this.#seen, () => this.#close())
    } finally {
      this.#loading = false
    }
  }

  #close(): void {
    const hadFocus = this.#panel?.hide()
    this.#show()
    if (!hadFocus) return
    const came = this.#came
    const back = came instanceof HTMLElement && came.isConnected && came !== document.body
    ;(back ? came : this.button).focus({ preventScroll: true })
  }

  #changed(): void {
    if (this.isOpen && !this.#talk.allowed) {
      this.#close()
      say(words.chatEnded)
    }
    this.#panel?.draw()
    this.#show()
  }

  #show(): void {
    const { allowed, transcript, around } = this.#talk
    const { count, more } = unread(transcript, this.#seen.number, around.self.id)
    const isNew = count > 0 && !this.isOpen
    const number = more || count > 99 ? `${Math.min(count, 99)}+` : String(count)
    const { button } = this
    button.hidden = !allowed
    button.setAttribute('aria-expanded', String(this.isOpen))
    if (this.#panel) button.setAttribute('aria-controls', 'chat-panel')
    if (isNew) {
      button.dataset.count = number
      button.setAttribute('aria-label', words.chatNew(number))
    } else {
      delete button.dataset.count
      button.removeAttribute('aria-label')
    }
    this.#tell(isNew && allowed ? count : 0, number)
  }

  /** Tells, once until one looks, that others said something. */
  #tell(count: number, number: string): void {
    if (count > 0 && this.#told === 0) this.#heard.textContent = words.chatNewer(number)
    if (count === 0) this.#heard.textContent = ''
    this.#told = count
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { altKey, ctrlKey, metaKey, shiftKey, code, key } = event
    if (code !== 'KeyC' || !altKey || ctrlKey || metaKey || shiftKey) return
    // On a Mac these keys write a letter.
    if (key === 'ç' && isWriting(event.target)) return
    if (document.querySelector('dialog[open]') || !this.#talk.allowed) return
    event.preventDefault()
    this.#toggle()
  }

  readonly #seenElsewhere = ({ key }: StorageEvent): void => {
    if (key === this.#seen.key) this.#show()
  }
}

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA)$/.test(target.tagName))
