/**
 * The script of the cards (log in, sign up, log out, errors): the looks, what logging out asks, and, where
 * a document is not there any more, what was typed into it and never saved.
 */
import './styles/base.css'
import './styles/pages.css'
import { documentAt } from './editor/session'
import { guardLogout } from './status/leaving'

guardLogout()

const missing = document.querySelector<HTMLElement>('#missing[data-user]')
const gone = documentAt(location.pathname)
if (missing && gone) {
  const user = Number(missing.dataset.user)
  void import('./status/left-behind').then(({ giveBack }) => giveBack(user, gone, missing))
}
