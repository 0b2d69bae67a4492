/** What a mark in a text of the past says, in words, and whose colour it has. */
import { words } from '../catalogue'
import { hueOf, patternOf } from '../presence/people'
import type { Authored } from './blame'
import type { Change } from './compare'

/** Somebody who wrote in a document; `former`: the account is deleted. */
export type Person = { id: number; name: string; hue: number; former: boolean }

/** Everybody who ever wrote in a document. User 0 stands for nobody known. */
export class People {
  readonly #byId: ReadonlyMap<number, Person>

  constructor(people: readonly Person[]) {
    this.#byId = new Map(people.map((person) => [person.id, person]))
  }

  name(user: number | null): string {
    if (user === 0 || user === null) return words.nobodyKnown
    const person = this.#byId.get(user)
    return person && !person.former ? person.name : words.formerMember
  }

  /** Colour and pattern, as attributes. */
  drawn(user: number | null): { 'data-hue'?: string; 'data-pattern'?: string } {
    const person = this.#byId.get(user ?? 0)
    if (!person) return {}
    return { 'data-hue': hueOf(person.hue), 'data-pattern': patternOf(person.hue) }
  }
}

/** A change in a sentence; `now` decides how its time is said. */
export function sentenceOf(change: Change, people: People, now: number): string {
  const { kind, by, at, until, authors, what } = change
  const name = people.name(by)
  const time = words.between(at, until, now)
  const writers = authors.map((author) => people.name(author))
  switch (kind) {
    case 'inserted':
      return authors.every((author) => author === by)
        ? words.insertedBy(name, time)
        : words.putBackBy(name, time, writers)
    case 'deleted':
      return words.deletedBy(name, time, writers)
    case 'restyled':
      return words.restyledBy(name, time, [...new Set(what.map((one) => words.styles[one] ?? one))])
    case 'moved':
      return words.movedBy(name, time)
    case 'split':
      return words.splitBy(name, time)
    case 'joined':
      return words.joinedBy(name, time)
  }
}

/** Who wrote a stretch, and when. */
export function writtenIn(
  { author, at, until }: Pick<Authored, 'author' | 'at' | 'until'>,
  people: People,
  now: number,
): string {
  if (author === null) return words.notToldYet
  return words.writtenBy(people.name(author), words.between(at, until, now))
}
