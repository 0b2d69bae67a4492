/** The script of the documents list and the trash. The page works without it. */
import './styles/base.css'
import './styles/pages.css'
import { closeMenus } from './list/menus'

closeMenus(document)
