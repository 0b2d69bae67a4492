/** A chat's server in memory, with what may go wrong on the way; and people who talk. */

import { Unreachable } from '../../src/api'
import type { Pages } from '../../src/chat/reading'
import { Talk } from '../../src/chat/talk'
import type { Session } from '../../src/editor/session'
import type { Frame, Message, Person, Role } from '../../src/wire/frames'

export const ANA: Person = { id: 1, name: 'Ana', hue: 3 }
export const BO: Person = { id: 2, name: 'Bo', hue: 7 }

/** Ana's page of a document. */
export const SESSION: Session = {
  document: 'd',
  user: ANA,
  role: 'editor',
  socket: '/',
  title: '',
  shell: false,
  history: true,
  past: false,
}

export function message(number: number, told: Partial<Message> = {}): Message {
  const at = Date.UTC(2026, 9, 14, 10, 0) + number * 1000
  return { number, at, by: BO, text: `say ${number}`, key: `k${number}`, removes: null, ...told }
}

type Asked = {
  answer: () => Message[]
  resolve: (page: Message[]) => void
  reject: (error: Error) => void
}

/** Stores at once; what it tells and answers waits until somebody lets it through. */
export class ChatServer {
  readonly stored: Message[] = []
  epoch = 1
  readonly asked: Asked[] = []
  /** What it told a browser, on the connection that lives. */
  told: Frame[] = []

  store(by: Person, key: string, text: string, removes: number | null = null): void {
    const again = this.stored.find((one) => one.by?.id === by.id && one.key === key)
    if (!again) {
      const number = this.stored.length + 1
      this.stored.push({ ...message(number), by, key, text, removes })
    }
    this.told.push({ type: 'Said', json: again ?? (this.stored.at(-1) as Message) })
  }

  remove(by: Person, number: number): void {
    const found = this.stored[number - 1]
    if (!found || found.text === '') return
    this.stored[number - 1] = { ...found, text: '' }
    this.store(by, `removes ${number}`, '', number)
  }

  /** What a browser says arrives. */
  take(by: Person, frame: Frame): void {
    if (frame.type === 'Say') this.store(by, frame.key, frame.text)
    if (frame.type === 'Unsay') this.remove(by, frame.number)
  }

  get pages(): Pages {
    const asked = (answer: () => Message[]) =>
      new Promise<Message[]>((resolve, reject) => this.asked.push({ answer, resolve, reject }))
    return {
      latest: () => asked(() => this.stored.slice(-50)),
      before: (number) => asked(() => this.stored.slice(Math.max(0, number - 51), number - 1)),
      after: (number) => asked(() => this.stored.slice(number, number + 200)),
    }
  }

  /** Answers the first question that waits, or fails to. */
  async answer(reaches = true): Promise<void> {
    const asked = this.asked.shift()
    if (reaches) asked?.resolve(asked.answer())
    else asked?.reject(new Unreachable())
    await settled()
  }

  async answerAll(): Promise<void> {
    while (this.asked.length > 0) await this.answer()
  }
}

/** Promises that wait for nothing else are kept. */
export const settled = (): Promise<void> => new Promise((done) => setTimeout(done))

export const welcome = (role: Role, chat: number | null = 4000, epoch = 1): Frame => ({
  type: 'Welcome',
  json: {
    document: 'd',
    epoch,
    head: 1,
    role,
    user: ANA,
    limits: { update: 1, reply: 1, awareness: 1, ...(chat === null ? {} : { chat }) },
  },
})

/** Ana's browser, and what it sent on its present connection. */
export class Browser {
  readonly server = new ChatServer()
  readonly sent: Frame[] = []
  /** As far as was seen, in this window or another. */
  readonly seen = { number: 0, lower: (number: number) => Object.assign(this.seen, { number }) }
  notRemoved = 0
  online = false
  readonly talk: Talk

  constructor(readonly role: Role | null = 'editor') {
    this.talk = new Talk({
      self: ANA,
      role,
      pages: this.server.pages,
      seen: this.seen,
      say: (frame) => {
        if (this.online) this.sent.push(frame)
        return this.online
      },
      changed: () => {},
      notRemoved: () => {
        this.notRemoved += 1
      },
    })
  }

  connect(role: Role = 'editor', chat: number | null = 4000): void {
    this.online = true
    this.server.told = []
    this.talk.moved('open')
    this.talk.hear(welcome(role, chat, this.server.epoch))
  }

  /** The connection goes, with all that is on its way. */
  cut(): void {
    this.online = false
    this.server.told = []
    this.sent.length = 0
    this.talk.moved('waiting')
  }

  /** The first that was sent arrives. */
  arrive(): void {
    const frame = this.sent.shift()
    if (frame) this.server.take(ANA, frame)
  }

  /** The first that the server told arrives. */
  hear(): void {
    const frame = this.server.told.shift()
    if (frame) this.talk.hear(frame)
  }

  /** What one reads: words, or who took them away; then what is not stored. */
  get reads(): string[] {
    const { transcript, outgoing } = this.talk
    return [
      ...transcript.said.map(
        ({ number, text }) => text || `(${transcript.removalOf(number)?.by?.name})`,
      ),
      ...outgoing.unsaid.map(({ text, reason }) => `${text} …${reason ?? ''}`),
    ]
  }
}

/** All that is on its way arrives, until nothing is. */
export async function calm(browser: Browser): Promise<void> {
  const { server, sent } = browser
  while (server.asked.length + server.told.length + sent.length > 0) {
    browser.arrive()
    browser.hear()
    await server.answer()
  }
}
