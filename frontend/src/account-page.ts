/** The script of the cards (log in, sign up, errors): only their looks. */
import './styles/base.css'
import './styles/pages.css'
