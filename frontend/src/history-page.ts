/** The history page. */
import './styles/base.css'
import './styles/pages.css'
import { closeMenus } from './menus'
import { guardLogout } from './status/leaving'

closeMenus(document)
guardLogout()
