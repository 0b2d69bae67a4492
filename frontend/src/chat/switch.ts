/**
 * The way to a document's chat: a button that counts what one has not seen, and Alt+C. The panel is
 * loaded when somebody first opens it; what is said is heard from the beginning.
 */
import '../styles/chat-switch.css'
import { Drawer, isAlt } from '../beside/drawer'
import type { Margin } from '../beside/margin'
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

export class ChatSwitch {
  readonly #talk: Talk
  readonly #seen: Seen
  readonly #listening = new AbortController()
  readonly #heard = document.createElement('span')
  readonly #drawer: Drawer<ChatPanel>
  #told = 0

  constructor(
    session: Session,
    readonly button: HTMLElement,
    send: (frame: Saying) => boolean,
    margin: Margin,
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
    this.#drawer = new Drawer({
      id: 'chat-panel',
      buttons: [button],
      margin,
      allowed: () => this.#talk.allowed,
      load: () => this.#load(),
      failed: words.chatFailed,
      turned: () => this.#show(),
    })
    this.#heard.className = 'visually-hidden'
    this.#heard.setAttribute('role', 'status')
    button.after(this.#heard)
    const { signal } = this.#listening
    button.addEventListener('click', this.#drawer.toggle, { signal })
    addEventListener('keydown', this.#key, { signal })
    addEventListener('storage', this.#seenElsewhere, { signal })
    this.#show()
  }

  get isOpen(): boolean {
    return this.#drawer.isOpen
  }

  /** How many messages would be lost with this page. */
  get unsaid(): number {
    return this.#talk.outgoing.size + (this.#drawer.panel?.draft ? 1 : 0)
  }

  hear(frame: Frame): void {
    this.#talk.hear(frame)
  }

  /** The connection is another. */
  moved({ at }: ConnectionState): void {
    this.#talk.moved(at)
  }

  stop(): void {
    this.#listening.abort()
    this.#talk.stop()
  }

  async #load(): Promise<ChatPanel> {
    const { ChatPanel } = await import('./panel')
    return new ChatPanel(this.#talk, this.#seen, this.#drawer.close)
  }

  #changed(): void {
    if (this.isOpen && !this.#talk.allowed) {
      this.#drawer.close()
      say(words.chatEnded)
    }
    this.#drawer.panel?.draw()
    this.#show()
  }

  #show(): void {
    const { allowed, transcript, around } = this.#talk
    const { count, more } = unread(transcript, this.#seen.number, around.self.id)
    const isNew = count > 0 && !this.isOpen
    const number = more || count > 99 ? `${Math.min(count, 99)}+` : String(count)
    const { button } = this
    button.hidden = !allowed
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
    if (!isAlt(event, 'KeyC', 'ç') || !this.#talk.allowed) return
    event.preventDefault()
    this.#drawer.toggle()
  }

  readonly #seenElsewhere = ({ key }: StorageEvent): void => {
    if (key === this.#seen.key) this.#show()
  }
}
