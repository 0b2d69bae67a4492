/** The script of the cards (log in, sign up, errors): their looks and the menu. */
import './styles/base.css'
import './styles/pages.css'
