// The yjs that the front end is built with, and what a document looks like to a person.
import { createRequire } from 'node:module'

export const require = createRequire(new URL('../../frontend/package.json', import.meta.url))
export const Y = require('yjs')

// Halves of a cut surrogate pair are lost in some merges and not in others (yjs issue
// 248): only their number is compared.
const soft = text => text.replace(/[\ud800-\udfff\ufffd]/g, '?')

// A text format may stand with the same value twice, or around nothing, until some
// browser tidies up: neighbours that look the same are one.
const runs = delta => {
  const all = []
  for (const { insert, attributes = {} } of delta) {
    const look = JSON.stringify(Object.entries(attributes).filter(([, v]) => v !== null).sort(([a], [b]) => (a < b ? -1 : 1)))
    const last = all.at(-1)
    if (typeof insert !== 'string') {
      all.push(['embed', look, insert instanceof Y.AbstractType ? show(insert) : insert])
    } else if (last !== undefined && last[0] === 'text' && last[1] === look) {
      last[2] += insert
    } else {
      all.push(['text', look, insert])
    }
  }
  return all.map(([kind, look, what]) => [kind, look, kind === 'text' ? soft(what) : what])
}

const entries = values =>
  Object.entries(values)
    .map(([key, value]) => [key, plain(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1))

const plain = value => {
  if (value instanceof Y.AbstractType) return show(value)
  if (value instanceof Uint8Array) return ['bytes', ...value]
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return soft(value)
  if (Object.is(value, -0)) return '-0'
  if (value === undefined) return 'undefined'
  if (Array.isArray(value)) return value.map(plain)
  if (value !== null && typeof value === 'object') return { of: entries(value) }
  return value
}

const show = type => {
  if (type instanceof Y.XmlElement) {
    return { name: type.nodeName, attributes: entries(type.getAttributes()), children: type.toArray().map(show) }
  }
  if (type instanceof Y.XmlFragment) return type.toArray().map(show)
  if (type instanceof Y.Text) return { text: runs(type.toDelta()), attributes: entries(type.getAttributes()) }
  if (type instanceof Y.Map) return { map: entries(Object.fromEntries(type.entries())) }
  if (type instanceof Y.Array) return { array: type.toArray().map(plain) }
  return plain(type)
}

export const roots = doc => {
  doc.getXmlFragment('default')
  doc.getMap('meta')
  doc.getArray('list')
  doc.getText('note')
}

export const visible = doc => {
  roots(doc)
  return {
    default: show(doc.getXmlFragment('default')),
    meta: show(doc.getMap('meta')),
    list: show(doc.getArray('list')),
    note: show(doc.getText('note')),
  }
}

// Deleted ids, formats left out: Yjs tidies those up by itself.
export const deleted = doc => {
  const all = {}
  for (const [client, structs] of doc.store.clients) {
    const ranges = []
    for (const struct of structs) {
      if (!struct.deleted || struct.content instanceof Y.ContentFormat) continue
      const last = ranges.at(-1)
      if (last !== undefined && last[1] === struct.id.clock) last[1] += struct.length
      else ranges.push([struct.id.clock, struct.id.clock + struct.length])
    }
    if (ranges.length > 0) all[client] = ranges
  }
  return all
}

// The ids in each list and under each key, from left to right, formats left out as above.
export const order = doc => {
  const all = {}
  const look = (name, type) => {
    if (type._start) all[name] = line(type._start)
    for (const [key, item] of type._map) all[`${name} ${key}`] = line(leftmost(item))
  }
  doc.share.forEach((type, name) => look(name, type))
  for (const structs of doc.store.clients.values()) {
    for (const { id, content } of structs) if (content instanceof Y.ContentType) look(`${id.client}:${id.clock}`, content.type)
  }
  return all
}

const line = first => {
  const ranges = []
  for (let item = first; item; item = item.right) {
    if (item.content instanceof Y.ContentFormat) continue
    const { client, clock } = item.id
    const last = ranges.at(-1)
    if (last !== undefined && last[0] === client && last[2] === clock) last[2] += item.length
    else ranges.push([client, clock, clock + item.length])
  }
  return ranges
}

const leftmost = item => {
  while (item.left) item = item.left
  return item
}

export const clocks = doc => Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(doc)))
export const waiting = doc => doc.store.pendingStructs !== null || doc.store.pendingDs !== null
export const hex = bytes => Buffer.from(bytes).toString('hex')
export const bytes = text => new Uint8Array(Buffer.from(text, 'hex'))
