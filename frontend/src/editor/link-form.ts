/** The small form that asks where a link leads. Only web and mail addresses are taken. */
import type { Editor } from '@tiptap/core'
import { html, nothing, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import { addressOf } from './link'

export class LinkForm {
  #open = false
  #wrong = false

  constructor(
    readonly editor: Editor,
    readonly changed: () => void,
  ) {}

  open(): void {
    this.#open = true
    this.#wrong = false
    this.changed()
    const begin = () => {
      this.#field?.focus()
      this.#field?.select()
    }
    requestAnimationFrame(() => requestAnimationFrame(begin))
  }

  view(): TemplateResult | typeof nothing {
    if (!this.#open) return nothing
    const { href } = this.editor.getAttributes('link') as { href?: string }
    return html`<form class="link-form" @submit=${this.#submit} @keydown=${this.#key}>
      <label for="link-address">${words.linkAddress}</label>
      <input
        id="link-address"
        type="text"
        inputmode="url"
        autocomplete="off"
        spellcheck="false"
        placeholder=${words.linkExample}
        .value=${href ?? ''}
        aria-invalid=${String(this.#wrong)}
        aria-describedby="link-wrong"
      />
      <button class="button primary" type="submit">${words.linkApply}</button>
      ${href ? html`<button class="button" type="button" @click=${this.#remove}>${words.linkRemove}</button>` : nothing}
      <button class="button quiet" type="button" @click=${this.#close}>${words.cancel}</button>
      <p id="link-wrong" class="form-wrong" role="alert">${this.#wrong ? words.linkUnsafe : ''}</p>
    </form>`
  }

  get #field(): HTMLInputElement | null {
    return document.querySelector<HTMLInputElement>('#link-address')
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault()
    const typed = this.#field?.value ?? ''
    const href = addressOf(typed)
    if (href === null) {
      this.#wrong = true
      return this.changed()
    }
    const { editor } = this
    const chain = editor.chain().focus()
    if (editor.state.selection.empty && !editor.isActive('link')) {
      const marks = [{ type: 'link', attrs: { href } }]
      chain.insertContent({ type: 'text', text: typed.trim(), marks }).run()
    } else chain.extendMarkRange('link').setLink({ href }).run()
    this.#close()
  }

  readonly #remove = (): void => {
    this.editor.chain().focus().extendMarkRange('link').unsetLink().run()
    this.#close()
  }

  readonly #close = (): void => {
    this.#open = false
    this.changed()
    this.editor.commands.focus()
  }

  readonly #key = (event: KeyboardEvent): void => {
    event.stopPropagation()
    if (event.key === 'Escape') this.#close()
  }
}
