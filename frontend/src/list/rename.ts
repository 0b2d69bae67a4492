/** Renaming in place: the form of a row's menu takes the place of its title. */

/** A press on Rename in a menu starts it; Escape and leaving end it without a change. */
export function renameInPlace(list: HTMLElement): void {
  list.addEventListener('submit', (event) => {
    const form = event.target instanceof HTMLFormElement ? event.target : null
    const entry = form?.matches('.menu .rename') ? form.closest<HTMLElement>('.entry') : null
    if (entry && startRename(entry)) event.preventDefault()
  })
}

export function startRename(entry: HTMLElement): boolean {
  const form = entry.querySelector<HTMLFormElement>('.menu .rename')
  const field = form?.querySelector<HTMLInputElement>('input[type="text"]')
  const title = entry.querySelector<HTMLElement>('.entry-title')
  const home = form?.parentElement
  if (!form || !field || !title || !home) return false
  entry.querySelector('details')?.removeAttribute('open')
  title.before(form)
  title.hidden = true
  field.focus()
  field.select()
  const back = () => {
    field.removeEventListener('blur', back)
    field.removeEventListener('keydown', cancel)
    form.reset()
    title.hidden = false
    home.prepend(form)
  }
  const cancel = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    back()
    title.focus()
  }
  field.addEventListener('blur', back)
  field.addEventListener('keydown', cancel)
  return true
}
