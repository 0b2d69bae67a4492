/** The script of the documents list and the trash. Both pages work without it. */
import './styles/base.css'
import './styles/pages.css'
import { keys } from './list/keys'
import { Live } from './list/live'
import { renameInPlace } from './list/rename'
import { Search } from './list/search'
import { tellWaiting } from './list/waiting'
import { closeMenus } from './menus'
import { showShare } from './share/dialog'
import { guardLogout } from './status/leaving'

closeMenus(document)
guardLogout()

const desk = document.querySelector<HTMLElement>('main[data-user]')
if (desk) tellWaiting(Number(desk.dataset.user), desk)

const list = document.getElementById('documents')
if (list) {
  document.documentElement.dataset.live = ''
  const live = new Live(list, () => search?.apply())
  const field = document.querySelector<HTMLInputElement>('#search')
  const search = field && new Search(field, list, () => live.drawAll())
  renameInPlace(list)
  keys(document, list)
  list.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button.share') : null
    const entry = button?.closest<HTMLElement>('.entry')
    if (!entry?.dataset.document) return
    const title = entry.querySelector('.entry-title')?.textContent ?? ''
    entry.querySelector('details')?.removeAttribute('open')
    void showShare(entry.dataset.document, title)
  })
  live.start()
  if (location.search.includes('trashed=')) history.replaceState(null, '', '/')
}
