/** Searching while one types: hides what does not match. Enter asks the server, which knows the same. */

/** Watches the field, and gives what to call when the list was drawn anew. */
export function searchAsTyped(field: HTMLInputElement, list: HTMLElement): () => void {
  const none = document.getElementById('none')
  const apply = () => {
    const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean)
    const entries = [...list.querySelectorAll<HTMLElement>('.entry')]
    for (const entry of entries) entry.hidden = !words.every((word) => said(entry).includes(word))
    if (none) none.hidden = entries.length === 0 || entries.some((entry) => !entry.hidden)
  }
  field.addEventListener('input', apply)
  return apply
}

function said(entry: HTMLElement): string {
  const parts = entry.querySelectorAll('.entry-title, .entry-excerpt')
  return [...parts].map((part) => part.textContent?.toLocaleLowerCase() ?? '').join(' ')
}
