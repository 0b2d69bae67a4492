/**
 * The frames of `/ws/documents/<uuid>` as values, and their bytes.
 *
 * Knows docs/protocol.md and nothing else: no socket, no document. Source of the frames 0 to 3:
 * y-protocols PROTOCOL.md; of the others: docs/protocol.md.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

export type Role = 'owner' | 'editor' | 'commenter' | 'reader'
export type Person = { id: number; name: string; hue: number }
/**
 * Bytes, but for `chat` and `comment`, which are UTF-16 units; a server that says nothing of one of them
 * has none.
 */
export type Limits = {
  update: number
  reply: number
  awareness: number
  chat?: number
  comment?: number
}
export type WelcomeBody = {
  document: string
  epoch: number
  head: number
  role: Role
  user: Person
  limits: Limits
}
export type Presence = 'active' | 'idle' | 'away'
export type RosterEntry = {
  user: number
  name: string
  hue: number
  status: Presence
  since: number
  tabs: number
}
/** One entry of a document's chat. `by`: null when the account is gone. */
export type Message = {
  number: number
  at: number
  by: Person | null
  text: string
  /** What its author's browser called it before it had a number. */
  key: string
  /** It takes back the message of that number, and says nothing itself. */
  removes: number | null
}
export type UnsaidReason = 'too-long' | 'empty' | 'no-right' | 'gone' | 'later'
export type NoticeBody =
  | { kind: 'role'; json: { role: Role } }
  | { kind: 'client-taken'; json: { client: number; frame: number } }
  | { kind: 'refused'; json: { frame: number; reason: string } }
  | { kind: 'trashed'; json: Record<string, never> }
  | { kind: 'leaving'; json: { after: number } }
  | { kind: 'unsaid'; json: { key: string; reason: UnsaidReason } }
  | { kind: 'commented'; json: { revision: number } }

export type Frame =
  | { type: 'Step1'; stateVector: Uint8Array }
  | { type: 'Step2'; update: Uint8Array }
  | { type: 'Change'; update: Uint8Array }
  | { type: 'Awareness'; awareness: Uint8Array }
  | { type: 'Denied'; reason: string }
  | { type: 'QueryAwareness' }
  | { type: 'Resume'; epoch: number; cursor: number }
  | { type: 'Welcome'; json: WelcomeBody }
  | { type: 'Stretch'; first: number; last: number; update: Uint8Array }
  | { type: 'Receipt'; durable: number; head: number }
  | { type: 'Head'; seq: number; stateVector: Uint8Array }
  | { type: 'Roster'; json: RosterEntry[] }
  | ({ type: 'Notice' } & NoticeBody)
  | { type: 'Activity' }
  | { type: 'Say'; key: string; text: string }
  | { type: 'Unsay'; number: number }
  | { type: 'Said'; json: Message }

/** The bytes were not a frame. */
export class Malformed extends Error {}

/** A frame or notice of a later release than this page: to be passed over, it works without. */
export class Unknown extends Error {}

const SYNC = 0
const AWARENESS = 1
const AUTH = 2
const QUERY_AWARENESS = 3
const RESUME = 16
const WELCOME = 17
const STRETCH = 18
const RECEIPT = 19
const HEAD = 20
const ROSTER = 21
const NOTICE = 22
const ACTIVITY = 23
const SAY = 24
const UNSAY = 25
const SAID = 26
/** From here on, what palimpsest.1 may come to say. */
const LATER = 27

type Part = number | string | Uint8Array

/** Concatenates var-ints, var-strings and var-byte-arrays. */
function joined(...parts: Part[]): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder()
  for (const part of parts) {
    if (typeof part === 'number') encoding.writeVarUint(encoder, part)
    else if (typeof part === 'string') encoding.writeVarString(encoder, part)
    else encoding.writeVarUint8Array(encoder, part)
  }
  return encoding.toUint8Array(encoder)
}

/** The bytes of a frame. */
export function encode(frame: Frame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'Step1':
      return joined(SYNC, 0, frame.stateVector)
    case 'Step2':
      return joined(SYNC, 1, frame.update)
    case 'Change':
      return joined(SYNC, 2, frame.update)
    case 'Awareness':
      return joined(AWARENESS, frame.awareness)
    case 'Denied':
      return joined(AUTH, 0, frame.reason)
    case 'QueryAwareness':
      return joined(QUERY_AWARENESS)
    case 'Resume':
      return joined(RESUME, frame.epoch, frame.cursor)
    case 'Welcome':
      return joined(WELCOME, JSON.stringify(frame.json))
    case 'Stretch':
      return joined(STRETCH, frame.first, frame.last, frame.update)
    case 'Receipt':
      return joined(RECEIPT, frame.durable, frame.head)
    case 'Head':
      return joined(HEAD, frame.seq, frame.stateVector)
    case 'Roster':
      return joined(ROSTER, JSON.stringify(frame.json))
    case 'Notice':
      return joined(NOTICE, frame.kind, JSON.stringify(frame.json))
    case 'Activity':
      return joined(ACTIVITY)
    case 'Say':
      return joined(SAY, frame.key, frame.text)
    case 'Unsay':
      return joined(UNSAY, frame.number)
    case 'Said':
      return joined(SAID, JSON.stringify(frame.json))
  }
}

/** Reads one frame. Throws Malformed when the bytes are not exactly one, or Unknown. */
export function decode(bytes: Uint8Array): Frame {
  const decoder = decoding.createDecoder(bytes)
  try {
    const frame = body(decoder)
    if (decoding.hasContent(decoder)) throw new Malformed('bytes after the frame')
    return frame
  } catch (error) {
    if (error instanceof Malformed || error instanceof Unknown) throw error
    throw new Malformed('the frame ends early or holds something else', { cause: error })
  }
}

function body(from: decoding.Decoder): Frame {
  const kind = decoding.readVarUint(from)
  switch (kind) {
    case SYNC:
      return sync(from)
    case AWARENESS:
      return { type: 'Awareness', awareness: bytesOf(from) }
    case AUTH:
      return denied(from)
    case QUERY_AWARENESS:
      return { type: 'QueryAwareness' }
    case RESUME:
      return { type: 'Resume', epoch: number(from), cursor: number(from) }
    case WELCOME:
      return { type: 'Welcome', json: json(from) as WelcomeBody }
    case STRETCH:
      return { type: 'Stretch', first: number(from), last: number(from), update: bytesOf(from) }
    case RECEIPT:
      return { type: 'Receipt', durable: number(from), head: number(from) }
    case HEAD:
      return { type: 'Head', seq: number(from), stateVector: bytesOf(from) }
    case ROSTER:
      return { type: 'Roster', json: json(from) as RosterEntry[] }
    case NOTICE:
      return notice(decoding.readVarString(from), json(from))
    case ACTIVITY:
      return { type: 'Activity' }
    case SAY:
      return { type: 'Say', key: decoding.readVarString(from), text: decoding.readVarString(from) }
    case UNSAY:
      return { type: 'Unsay', number: number(from) }
    case SAID:
      return { type: 'Said', json: json(from) as Message }
    default:
      if (kind >= LATER) throw new Unknown(`frame ${kind}`)
      throw new Malformed(`no frame has the number ${kind}`)
  }
}

function sync(from: decoding.Decoder): Frame {
  const step = number(from)
  const bytes = bytesOf(from)
  if (step === 0) return { type: 'Step1', stateVector: bytes }
  if (step === 1) return { type: 'Step2', update: bytes }
  if (step === 2) return { type: 'Change', update: bytes }
  throw new Malformed(`no sync message has the number ${step}`)
}

function denied(from: decoding.Decoder): Frame {
  if (number(from) !== 0) throw new Malformed('the only auth message is 0')
  return { type: 'Denied', reason: decoding.readVarString(from) }
}

const NOTICES = new Set<string>([
  'role',
  'client-taken',
  'refused',
  'trashed',
  'leaving',
  'unsaid',
  'commented',
])

/** The server is trusted with the shape of its own JSON. */
function notice(kind: string, json: unknown): Frame {
  if (!NOTICES.has(kind)) throw new Unknown(`notice ${kind}`)
  return { type: 'Notice', kind, json } as Frame
}

const number = decoding.readVarUint

/** A copy: a view would keep the whole message alive in the outbox and in documents. */
function bytesOf(from: decoding.Decoder): Uint8Array {
  return decoding.readVarUint8Array(from).slice()
}

function json(from: decoding.Decoder): unknown {
  return JSON.parse(decoding.readVarString(from))
}
