/** The title in the header, editable in place. It counts as saved when the server has taken it. */
import { rememberTitle } from './session'

export function cookie(name: string): string {
  const pair = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))
  return decodeURIComponent(pair?.slice(name.length + 1) ?? '')
}

async function save(id: string, title: string): Promise<boolean> {
  try {
    const answer = await fetch(`/api/documents/${id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': cookie('csrftoken') },
      body: JSON.stringify({ title }),
    })
    return answer.ok
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

/** Saves the title on Enter and when it is left; Escape takes the edit back. */
export function editTitle(field: HTMLInputElement, id: string, failed: () => void): void {
  let saved = field.value
  const keep = async () => {
    const title = field.value.trim()
    if (title === saved || title === '') {
      field.value = saved
      return
    }
    if (await save(id, title)) {
      saved = title
      showTitle(title)
      rememberTitle(id, title)
      return
    }
    failed()
  }
  field.addEventListener('change', () => void keep())
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    if (event.key === 'Escape') field.value = saved
    if (event.key === 'Enter' || event.key === 'Escape') field.blur()
  })
}

/** Names the window after the document. */
export function showTitle(title: string): void {
  document.title = `${title} · Palimpsest`
}
