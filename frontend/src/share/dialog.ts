/** The share dialog: opens over any page that knows a document, says in plain words who can do what. */
import '../styles/share.css'
import { render } from 'lit-html'
import { Refused, Unreachable } from '../api'
import { words } from '../catalogue'
import { type Grantable, type Link, type Member, Shares, type Sharing, type Term } from './sharing'
import { type Said, view } from './view'

/** Opens the dialog, and resolves when it is closed; the focus goes back by itself. */
export async function showShare(document: string, title: string): Promise<void> {
  const dialog = new ShareDialog(new Shares(document), title)
  await dialog.closed
}

/** Lets the editor's buttons open the dialog of their document. */
export function offerShare(buttons: Iterable<Element>, id: string, title: () => string): void {
  for (const button of buttons) {
    button.addEventListener('click', () => {
      button.closest('details')?.removeAttribute('open')
      void showShare(id, title())
    })
  }
}

class ShareDialog {
  readonly #element = document.createElement('dialog')
  #sharing: Sharing | null = null
  #said: Said | null = null
  #busy = false
  readonly closed: Promise<void>

  constructor(
    readonly shares: Shares,
    readonly title: string,
  ) {
    this.#element.className = 'dialog share-dialog'
    this.#element.setAttribute('aria-labelledby', 'share-title')
    document.body.append(this.#element)
    this.#draw()
    this.#element.showModal()
    this.#element.addEventListener('click', (event) => {
      if (event.target === this.#element) this.#element.close()
    })
    this.closed = new Promise((resolve) => {
      this.#element.addEventListener('close', () => {
        this.#element.remove()
        resolve()
      })
    })
    void this.#read()
  }

  #draw(): void {
    const { title } = this
    render(
      view({ title, sharing: this.#sharing, said: this.#said, busy: this.#busy }, this),
      this.#element,
    )
  }

  /** The server tells a link's address once: it is kept as long as the dialog is open. */
  #know(sharing: Sharing): void {
    const { link } = sharing
    const url = link?.url ?? this.#sharing?.link?.url ?? null
    this.#sharing = { ...sharing, link: link && { ...link, url } }
  }

  /** Runs one request, and says what came of it. */
  async #try(request: () => Promise<Said | null>): Promise<void> {
    this.#busy = true
    this.#said = null
    this.#draw()
    try {
      this.#said = await request()
    } catch (error) {
      this.#said = { wrong: true, sentence: trouble(error) }
    }
    this.#busy = false
    this.#draw()
  }

  async #read(): Promise<void> {
    await this.#try(async () => {
      this.#know(await this.shares.read())
      return null
    })
    this.#element.querySelector<HTMLElement>('#share-email')?.focus()
  }

  readonly close = (): void => this.#element.close()

  invite(email: string, role: Grantable): Promise<void> {
    return this.#try(async () => {
      this.#know(await this.shares.invite(email, role))
      this.#element.querySelector('form')?.reset()
      return { sentence: words.shareGiven(email, role) }
    })
  }

  change(member: Member, role: Grantable): Promise<void> {
    return this.#try(async () => {
      this.#know(await this.shares.change(member, role))
      return { sentence: words.shareGiven(member.name, role) }
    })
  }

  remove(member: Member): Promise<void> {
    return this.#try(async () => {
      await this.shares.remove(member)
      this.#know(await this.shares.read())
      const { email, role } = member
      const sentence = words.shareTaken(member.name)
      if (!email || role === 'owner') return { sentence }
      return { sentence, undo: () => this.invite(email, role) }
    })
  }

  makeLink(role: Grantable, term: Term): Promise<void> {
    return this.#try(async () => {
      const link = await this.shares.makeLink(role, term)
      this.#know({ ...(await this.shares.read()), link })
      return null
    })
  }

  takeLinkBack(): Promise<void> {
    return this.#try(async () => {
      await this.shares.takeLinkBack()
      this.#know(await this.shares.read())
      return { sentence: words.linkTaken }
    })
  }

  copy(link: Link): Promise<void> {
    return this.#try(async () => {
      await navigator.clipboard.writeText(link.url ?? '')
      return { sentence: words.linkCopied }
    })
  }
}

function trouble(error: unknown): string {
  if (error instanceof Unreachable) return words.shareOffline
  if (error instanceof Refused) return error.message || words.shareFailed
  if (error instanceof DOMException) return words.linkNotCopied
  throw error
}
