/** The keys of the list: up and down walk it, n makes a document, / searches, F2 renames, Delete trashes. */
import { startRename } from './rename'

export function keys(page: Document, list: HTMLElement): void {
  page.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (page.querySelector('dialog[open]')) return
    const target = event.target instanceof HTMLElement ? event.target : page.body
    if (act(event.key, target, page, list)) event.preventDefault()
  })
}

function act(key: string, target: HTMLElement, page: Document, list: HTMLElement): boolean {
  if (key === 'ArrowDown' || key === 'ArrowUp') return walk(key, target, page, list)
  if (target.matches('input, textarea, select')) return false
  const entry = target.closest<HTMLElement>('.entry')
  if (key === 'n') return submit(page.querySelector('#new'))
  if (key === '/') return focus(page.querySelector<HTMLElement>('#search'))
  if (key === 'F2' && entry) return startRename(entry)
  if (key === 'Delete' && entry) return submit(entry.querySelector('form[action$="/trash/"]'))
  return false
}

function walk(key: string, target: HTMLElement, page: Document, list: HTMLElement): boolean {
  const typing = target.matches('input, textarea, select') && target.id !== 'search'
  if (typing || target.closest('.menu[open]')) return false
  const links = [...list.querySelectorAll<HTMLElement>('.entry:not([hidden]) .entry-title')]
  const here = links.findIndex((link) => link.closest('.entry')?.contains(target))
  const next = key === 'ArrowDown' ? here + 1 : here - 1
  if (next < 0) return focus(page.querySelector<HTMLElement>('#search'))
  return focus(links[next] ?? null)
}

function focus(element: HTMLElement | null): boolean {
  element?.focus()
  return element !== null
}

function submit(form: Element | null): boolean {
  if (!(form instanceof HTMLFormElement)) return false
  form.requestSubmit()
  return true
}
