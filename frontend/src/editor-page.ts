/** The editor page: puts provider, editor, status and people together. */
import './styles/base.css'
import './styles/editor.css'
import './styles/history-door.css'
import { Margin } from './beside/margin'
import { words } from './catalogue'
import { ChatSwitch } from './chat/switch'
import { CommentsSwitch } from './comments/switch'
import { knowsChanged } from './editor/foreign'
import { schema } from './editor/schema-of'
import { type Session, sessionOf, socketUrl } from './editor/session'
import { Stage } from './editor/stage'
import { editTitle, showTitle } from './editor/title'
import { element } from './element'
import type { Desk } from './history/acting'
import { AuthorsSwitch } from './history/authors-switch'
import { Door } from './history/door'
import type { Place } from './history/place'
import type { Since } from './history/since'
import { closeMenus } from './menus'
import { watchActivity } from './presence/activity'
import { showRoster } from './presence/roster'
import { offerShare } from './share/dialog'
import { StatusDisplay } from './status/display'
import { guardLogout, warnBeforeLeaving } from './status/leaving'
import { Rescued } from './status/rescued'
import { isStranded, mayEdit, type Situation, type Status, statusOf } from './status/status'
import { type Unsaved, UnsavedPanel } from './status/unsaved'
import { Provider } from './wire/provider'

/** How long the page waits for the server before it says that there is no live connection. */
const PATIENCE = 6_000

class EditorPage {
  readonly #provider: Provider
  readonly #stage: Stage
  readonly #display: StatusDisplay
  readonly #title = element<HTMLInputElement>('title')
  readonly #unsaved: UnsavedPanel
  readonly #rescued = new Rescued()
  readonly #door: Door | null
  readonly #authors: AuthorsSwitch | null
  readonly #margin = new Margin(() => this.#door)
  readonly #chat: ChatSwitch
  readonly #comments: CommentsSwitch
  #since: Since | null = null
  #greeted = false
  #titleFailed = false
  #late = false
  #stopped = false

  constructor(readonly session: Session) {
    this.#provider = new Provider({
      document: session.document,
      user: session.user.id,
      role: session.role,
      url: socketUrl(session.socket),
      events: {
        changed: () => this.#update(),
        replaced: () => this.#replaced(),
        arriving: (base, types) => {
          if (this.#stage.foreign || knowsChanged(schema, base, types)) return
          this.#comments.stands(null)
          this.#stage.release()
        },
        roster: (people) => showRoster(element('roster'), people, session.user.id),
        heard: (frame) => {
          this.#chat.hear(frame)
          this.#comments.hear(frame)
          // What one may do besides writing is known only now.
          if (frame.type === 'Welcome' || frame.type === 'Notice') this.#update()
        },
      },
    })
    const tools = () => this.#comments.tools
    this.#stage = new Stage(element('text'), element('toolbar'), this.#provider, tools)
    this.#display = new StatusDisplay(element('status'), element('toolbar'), () => this.#dismiss())
    this.#unsaved = new UnsavedPanel(
      element('page'),
      () => this.#title.value,
      () => this.#provider.abandon(),
    )
    this.#door = session.history ? this.#doorToThePast() : null
    this.#authors = session.history ? this.#switchOfAuthors() : null
    this.#chat = new ChatSwitch(
      session,
      element('chat'),
      (frame) => this.#provider.say(frame),
      this.#margin,
    )
    const buttons = document.querySelectorAll<HTMLElement>('#comments, #comments-narrow')
    this.#comments = new CommentsSwitch(session, [...buttons], this.#margin)
  }

  start(): void {
    const { session } = this
    if (session.title) this.#title.value = session.title
    editTitle(this.#title, session.document, {
      failed: () => {
        this.#titleFailed = true
        this.#update()
      },
      done: () => this.#stage.editor?.view.focus(),
    })
    watchActivity(() => this.#provider.active())
    const unsent = () => this.#provider.state.unsent
    const unsaid = () => ({ messages: this.#chat.unsaid, comments: this.#comments.unsaid })
    const stopWarning = warnBeforeLeaving(
      () => unsent() + this.#chat.unsaid + this.#comments.unsaid,
    )
    guardLogout({
      unsent,
      unsaid,
      leaving: () => {
        stopWarning()
        this.#stopped = true
        this.#since?.end()
        this.#chat.stop()
        this.#comments.stop()
        this.#provider.stop()
      },
    })
    for (const name of ['online', 'offline']) addEventListener(name, () => this.#update())
    setTimeout(() => {
      this.#late = true
      this.#update()
    }, PATIENCE)
    void this.#provider.start()
    if (session.past) this.#door?.begin()
  }

  #doorToThePast(): Door {
    const buttons = document.querySelectorAll<HTMLElement>('#history, #history-narrow')
    const turned = (isPast: boolean) => this.#margin.turned(isPast)
    return new Door(this.session.document, this.#desk(), [...buttons], turned)
  }

  #switchOfAuthors(): AuthorsSwitch {
    const buttons = document.querySelectorAll<HTMLElement>('#authors, #authors-narrow')
    return new AuthorsSwitch(this.session.document, this.#desk(), element('page'), [...buttons])
  }

  /** The live text, whatever editor shows it. */
  #desk(): Desk {
    const [stage, provider] = [this.#stage, this.#provider]
    return {
      get editor() {
        return stage.editor
      },
      get doc() {
        return provider.doc
      },
    }
  }

  /** Once there is a text: who comes from the list to an empty one can write, and hears what is new. */
  #greet(): void {
    if (this.#greeted) return
    this.#greeted = true
    if (cameFromHere() && document.activeElement === document.body) this.#stage.begin()
    this.#tellNews()
  }

  /** Tells what others did meanwhile, to those who may see it. */
  #tellNews(): void {
    const door = this.#door
    if (!door) return
    const { document: id, user } = this.session
    const around = {
      document: id,
      user: user.id,
      desk: this.#desk(),
      cursor: () => this.#provider.cursor,
      enter: (place: Place) => door.enter(place),
    }
    void import('./history/since').then(({ Since }) => {
      this.#since = new Since(around, element('toolbar'))
      return this.#since.begin()
    })
  }

  get #situation(): Situation {
    const { foreign } = this.#stage
    return { ...this.#provider.state, online: navigator.onLine, foreign }
  }

  #replaced(): void {
    this.#comments.stands(null)
    this.#stage.show(mayEdit(this.#situation))
    this.#comments.stands(this.#stage.editor)
    this.#update()
  }

  #update(): void {
    if (this.#stopped) return
    const now = this.#situation
    this.#stage.setEditable(mayEdit(now))
    if (now.welcomed && now.ready) this.#greet()
    this.#title.readOnly = !mayEdit(now) || this.session.shell
    this.#display.show(this.#status(now), this.#dismissible(now))
    if (!isStranded(now)) this.#rescued.forget()
    this.#unsaved.show(isStranded(now) ? this.#stranded(now) : null)
    this.#door?.changed()
    this.#since?.changed()
    this.#authors?.changed()
    this.#chat.moved(now.connection)
    this.#comments.moved(now.connection)
  }

  #stranded({ connection, kept, trouble, unsent: count }: Situation): Unsaved {
    const isSaid = connection.at === 'stopped' || trouble !== null
    const why = isSaid ? null : words.mayOnlyRead
    return { count, text: this.#rescued.words(this.#provider.unsent), kept, why }
  }

  #status(now: Situation): Status {
    const status = statusOf(now)
    const sentence = this.#sentence(now) ?? (isToldByPage(now) ? null : status.sentence)
    if (!this.#unreached(now)) return { ...status, sentence }
    return { ...status, kind: 'stopped', text: words.stopped, sentence }
  }

  /** What only the page knows: nothing live has come, or the title was not taken. */
  #sentence(now: Situation): string | null {
    if (this.#titleFailed) return words.titleFailed
    if (!this.#unreached(now)) return null
    return this.session.shell ? words.notHere : words.blocked
  }

  /** There is no text to edit: no local copy, and no answer from the server. */
  #unreached(now: Situation): boolean {
    const failed = now.connection.at === 'waiting' || this.#late
    return failed && !now.ready && now.connection.at !== 'stopped'
  }

  #dismissible(now: Situation): boolean {
    return this.#titleFailed || (now.trouble !== null && now.trouble.kind !== 'trashed')
  }

  #dismiss(): void {
    this.#titleFailed = false
    this.#provider.forgive()
    this.#update()
  }
}

/** The server's page says by itself that its document is in the trash, with a way out. */
function isToldByPage({ trouble }: Situation): boolean {
  return trouble?.kind === 'trashed' && document.getElementById('trashed') !== null
}

/** By a link or a button of this site, and not by an address or a link of somebody's. */
const cameFromHere = (): boolean => document.referrer.startsWith(`${location.origin}/`)

async function keepShell(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  await navigator.serviceWorker.register('/service-worker.js', { scope: '/' })
}

closeMenus(document)
const session = sessionOf(document, location.pathname)
if (session) {
  showTitle(session.title)
  new EditorPage(session).start()
  const buttons = document.querySelectorAll('#share, #share-narrow')
  offerShare(buttons, session.document, () => element<HTMLInputElement>('title').value)
  addEventListener('load', () => void keepShell())
} else {
  element('status').textContent = words.notHere
  guardLogout()
}
