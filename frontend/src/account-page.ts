/** The script of the cards (log in, sign up, log out, errors): the looks, and what logging out asks. */
import './styles/base.css'
import './styles/pages.css'
import { guardLogout } from './status/leaving'

guardLogout()
