/** How the share dialog looks: a pure drawing of what it knows. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { words } from '../catalogue'
import { hueOf, initials } from '../presence/people'
import {
  GRANTABLE,
  type Grantable,
  type Link,
  type Member,
  type Sharing,
  type Term,
} from './sharing'

/** A sentence about what was just done. */
export type Said = { sentence: string; wrong?: boolean; undo?: () => Promise<void> }

export type Shown = {
  title: string
  sharing: Sharing | null
  said: Said | null
  busy: boolean
}

export interface Acts {
  close(): void
  invite(email: string, role: Grantable): Promise<void>
  change(member: Member, role: Grantable): Promise<void>
  remove(member: Member): Promise<void>
  makeLink(role: Grantable, term: Term): Promise<void>
  takeLinkBack(): Promise<void>
  copy(link: Link): Promise<void>
}

const TERMS: Term[] = ['day', 'week', 'month', 'always']

export function view({ title, sharing, said, busy }: Shown, acts: Acts): TemplateResult {
  return html`
    <header class="dialog-head">
      <h2 id="share-title" dir="auto">${words.shareTitle(title)}</h2>
      <button class="button quiet" type="button" @click=${acts.close}>${words.close}</button>
    </header>
    ${sharing?.may_share ? invitation(acts, busy) : nothing}
    <p class=${said?.wrong ? 'share-said wrong' : 'share-said'} role="status">
      ${said?.sentence}
      ${said?.undo ? html`<button class="button quiet" type="button" @click=${said.undo}>${words.undo}</button>` : nothing}
    </p>
    ${sharing ? people(sharing, acts) : html`<p class="share-wait">${busy ? words.loading : ''}</p>`}
    ${sharing?.may_share ? linkPart(sharing.link, acts, busy) : nothing}
    ${sharing && !sharing.may_share ? html`<p class="share-note">${words.shareOwnerOnly}</p>` : nothing}
  `
}

function invitation(acts: Acts, busy: boolean): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const data = new FormData(event.target as HTMLFormElement)
    void acts.invite(String(data.get('email')), data.get('role') as Grantable)
  }
  return html`<form class="share-invite" @submit=${submit}>
    <label class="visually-hidden" for="share-email">${words.shareEmail}</label>
    <input id="share-email" name="email" type="email" required autofocus autocomplete="off" placeholder=${words.shareEmail} />
    <label class="visually-hidden" for="share-role">${words.shareRole}</label>
    <select id="share-role" name="role">${roles('editor')}</select>
    <button class="button primary" ?disabled=${busy}>${words.share}</button>
  </form>`
}

function people({ members, may_share }: Sharing, acts: Acts): TemplateResult {
  return html`<ul class="share-people" aria-label=${words.sharePeople}>
    ${members.map((member) => person(member, may_share, acts))}
  </ul>`
}

function person(member: Member, mayShare: boolean, acts: Acts): TemplateResult {
  const change = (event: Event) =>
    void acts.change(member, (event.target as HTMLSelectElement).value as Grantable)
  const notes = [member.email, member.by_link ? words.byLink : null].filter(Boolean).join(' · ')
  return html`<li>
    <span class="avatar" data-hue=${hueOf(member.hue)} aria-hidden="true">${initials(member.name)}</span>
    <span class="share-who"><span class="share-name" dir="auto">${member.name}</span> <span class="share-mail">${notes}</span></span>
    ${
      mayShare && member.role !== 'owner'
        ? html`<select aria-label=${words.shareRoleOf(member.name)} @change=${change}>${roles(member.role)}</select>
          <button class="button quiet" type="button" aria-label=${words.shareRemove(member.name)} @click=${() => acts.remove(member)}>${words.remove}</button>`
        : html`<span class="share-role">${words.roles[member.role]}</span>`
    }
  </li>`
}

function linkPart(link: Link | null, acts: Acts, busy: boolean): TemplateResult {
  return html`<section class="share-link" aria-labelledby="share-link-title">
    <h3 id="share-link-title">${words.linkTitle}</h3>
    ${link ? standing(link, acts, busy) : making(acts, busy)}
  </section>`
}

function standing(link: Link, acts: Acts, busy: boolean): TemplateResult {
  const until = link.expires === null ? null : new Date(link.expires)
  const select = (event: Event) => (event.target as HTMLInputElement).select()
  return html`
    <p>${words.linkStands(link.role, until)}</p>
    ${
      link.url
        ? html`<div class="share-address">
            <input type="text" readonly aria-label=${words.linkAddressHere} .value=${link.url} @focus=${select} />
            <button class="button primary" type="button" @click=${() => acts.copy(link)}>${words.copy}</button>
          </div>
          <p class="share-note">${words.linkOnce}</p>`
        : html`<p class="share-note">${words.linkHidden}</p>`
    }
    <button class="button" type="button" ?disabled=${busy} @click=${acts.takeLinkBack.bind(acts)}>${words.linkTakeBack}</button>
  `
}

function making(acts: Acts, busy: boolean): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const data = new FormData(event.target as HTMLFormElement)
    void acts.makeLink(data.get('role') as Grantable, data.get('term') as Term)
  }
  return html`<form class="share-making" @submit=${submit}>
    <label for="link-role">${words.linkAnyone}</label>
    <select id="link-role" name="role">${roles('reader')}</select>
    <label class="visually-hidden" for="link-term">${words.linkTerm}</label>
    <select id="link-term" name="term">
      ${TERMS.map((term) => html`<option value=${term} ?selected=${term === 'week'}>${words.terms[term]}</option>`)}
    </select>
    <button class="button" ?disabled=${busy}>${words.linkMake}</button>
  </form>`
}

const roles = (chosen: Grantable): TemplateResult[] =>
  GRANTABLE.map(
    (role) => html`<option value=${role} ?selected=${role === chosen}>${words.can[role]}</option>`,
  )
