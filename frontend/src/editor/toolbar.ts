/**
 * The toolbar: one Tab stop, arrows, Home and End inside it (WAI-ARIA toolbar). It follows the
 * selection; who may not write has the other tools only, and where there are none, no toolbar.
 */
import type { Editor } from '@tiptap/core'
import { html, nothing, render, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import { type Action, groups, tableActions } from './actions'
import { icons } from './icons'
import { keyName } from './keys'
import { LinkForm } from './link-form'

export class Toolbar {
  readonly #link: LinkForm
  #current = 'paragraph'
  #drawn = false

  constructor(
    readonly place: HTMLElement,
    readonly editor: Editor,
    readonly others: () => readonly Action[] = () => [],
  ) {
    place.setAttribute('aria-label', words.toolbar)
    this.#link = new LinkForm(editor, this.#drawSoon)
    place.addEventListener('keydown', this.#key)
    place.addEventListener('focusin', this.#focused)
    editor.on('transaction', this.#drawSoon)
    editor.view.dom.addEventListener('keydown', this.#shortcut)
    this.draw()
  }

  destroy(): void {
    this.place.removeEventListener('keydown', this.#key)
    this.place.removeEventListener('focusin', this.#focused)
    this.editor.off('transaction', this.#drawSoon)
    render(nothing, this.place)
  }

  readonly #drawSoon = (): void => {
    if (this.#drawn) return
    this.#drawn = true
    requestAnimationFrame(() => {
      this.#drawn = false
      if (!this.editor.isDestroyed) this.draw()
    })
  }

  draw(): void {
    const shown = this.#groups()
    this.place.hidden = shown.length === 0
    const ids = shown.flat().map(({ id }) => id)
    if (!ids.includes(this.#current)) this.#current = ids[0] ?? ''
    const inTable = this.editor.isEditable && this.editor.isActive('table')
    render(
      html`<div class="tools">${shown.map((group) => this.#group(group))}</div>
        ${inTable ? html`<div class="table-tools">${this.#group(tableActions)}</div>` : nothing}
        ${this.#link.view()}`,
      this.place,
    )
  }

  #groups(): (readonly Action[])[] {
    const [styles = [], marks = [], ...rest] = groups
    const others = this.others()
    return [
      ...(this.editor.isEditable ? [styles, [...marks, this.#linkAction], ...rest] : []),
      ...(others.length > 0 ? [others] : []),
    ]
  }

  readonly #linkAction: Action = {
    id: 'link',
    label: words.link,
    key: 'Mod-k',
    face: icons.link,
    on: (editor) => editor.isActive('link'),
    can: (editor) => !editor.isActive('codeBlock'),
    run: () => this.#link.open(),
  }

  #group(actions: readonly Action[]): TemplateResult {
    return html`<div class="tool-group" role="group">
      ${actions.map((action) => this.#button(action))}
    </div>`
  }

  #button(action: Action): TemplateResult {
    const title = action.key ? `${action.label} (${keyName(action.key)})` : action.label
    const pressed = action.on ? String(action.on(this.editor)) : nothing
    const possible = action.can?.(this.editor) ?? true
    return html`<button
      type="button"
      class="tool"
      data-tool=${action.id}
      title=${title}
      aria-label=${nameOf(action)}
      aria-pressed=${pressed}
      aria-disabled=${String(!possible)}
      tabindex=${action.id === this.#current ? '0' : '-1'}
      @mousedown=${(event: Event) => event.preventDefault()}
      @click=${() => possible && action.run(this.editor)}
    >
      ${action.face}
    </button>`
  }

  get #tools(): HTMLElement[] {
    return [...this.place.querySelectorAll<HTMLElement>('.tool')]
  }

  readonly #focused = (event: FocusEvent): void => {
    const tool = event.target instanceof HTMLElement ? event.target.dataset.tool : undefined
    if (!tool || tool === this.#current) return
    this.#current = tool
    this.draw()
  }

  readonly #key = (event: KeyboardEvent): void => {
    const tools = this.#tools
    const at = tools.indexOf(document.activeElement as HTMLElement)
    if (at < 0) return
    const steps: Record<string, number> = {
      ArrowRight: (at + 1) % tools.length,
      ArrowLeft: (at - 1 + tools.length) % tools.length,
      Home: 0,
      End: tools.length - 1,
    }
    if (event.key === 'Escape') this.editor.commands.focus()
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    tools[next]?.focus()
  }

  readonly #shortcut = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
    if (!this.editor.isEditable) return
    event.preventDefault()
    this.#link.open()
  }
}

/** What is read aloud holds what is seen, so that people who speak to the page can say it. */
function nameOf({ face, label }: Action): string {
  return typeof face === 'string' && face !== label ? `${face}: ${label}` : label
}
