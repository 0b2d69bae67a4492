/** The title in the header, editable in place. It counts as saved when the server has taken it. */
import { ask, Refused, Unreachable } from '../api'
import { words } from '../catalogue'
import { rememberTitle } from './session'

async function save(id: string, title: string): Promise<boolean> {
  try {
    await ask('PATCH', `/documents/${id}`, { title })
    return true
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreachable) return false
    throw error
  }
}

export type TitleActs = {
  /** It could not be saved. */
  failed: () => void
  /** Nothing more is to be done in the field: on to the text. */
  done: () => void
}

/** Saves the title on Enter and when it is left; Escape takes the edit back. */
export function editTitle(field: HTMLInputElement, id: string, acts: TitleActs): void {
  let saved = field.value
  const keep = async () => {
    const title = field.value.trim()
    if (title === saved) {
      field.value = saved
      return
    }
    if (!(await save(id, title))) return acts.failed()
    saved = title
    showTitle(title)
    rememberTitle(id, title)
  }
  field.addEventListener('change', () => void keep())
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return
    if (event.key === 'Escape') field.value = saved
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    event.preventDefault() // or the key would go on to where the focus goes
    field.blur()
    acts.done()
  })
}

/** Names the window after the document. */
export function showTitle(title: string): void {
  document.title = `${title || words.untitled} · Palimpsest`
}
