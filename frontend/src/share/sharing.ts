/** What the share dialog knows and asks of the server: people with roles, and one link. */
import { ask } from '../api'

/** What an owner may let others do, the most first. */
export const GRANTABLE = ['editor', 'commenter', 'reader'] as const
export type Grantable = (typeof GRANTABLE)[number]
export type Term = 'day' | 'week' | 'month' | 'always'

export type Member = {
  id: number
  name: string
  hue: number
  email: string | null
  role: 'owner' | Grantable
  by_link: boolean
}

export type Link = { role: Grantable; expires: string | null; url: string | null }

export type Sharing = { may_share: boolean; members: Member[]; link: Link | null }

/** The sharing of one document. Every call throws Refused and Unreachable. */
export class Shares {
  constructor(readonly document: string) {}

  read(): Promise<Sharing> {
    return ask('GET', `/documents/${this.document}/members`)
  }

  invite(email: string, role: Grantable): Promise<Sharing> {
    return ask('POST', `/documents/${this.document}/members`, { email, role })
  }

  change(member: Member, role: Grantable): Promise<Sharing> {
    return ask('PATCH', `/documents/${this.document}/members/${member.id}`, { role })
  }

  async remove(member: Member): Promise<void> {
    await ask('DELETE', `/documents/${this.document}/members/${member.id}`)
  }

  makeLink(role: Grantable, term: Term): Promise<Link> {
    return ask('POST', `/documents/${this.document}/link`, { role, term })
  }

  async takeLinkBack(): Promise<void> {
    await ask('DELETE', `/documents/${this.document}/link`)
  }
}
