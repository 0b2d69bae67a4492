/** Asks the JSON API of this server, with the session's cookie and its CSRF token. */

/** The server's answer to what it did not do: a sentence for a person, and the HTTP status. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
    /** One asked too often, and may ask again after so many seconds. */
    readonly seconds = 0,
  ) {
    super(sentence)
  }
}

/** The server answers later: it is at work on it, and worth asking again after so many seconds. */
export class NotYet extends Error {
  constructor(
    readonly seconds: number,
    sentence: string,
  ) {
    super(sentence)
  }
}

/** The server cannot be reached. */
export class Unreachable extends Error {}

/**
 * Asks, and gives the answer's JSON (null when it has none). Throws Refused, NotYet, Unreachable: so,
 * too, where `signal` ends it.
 */
export async function ask<T>(
  method: string,
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<T> {
  const answer = await reach(`/api${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': cookie('csrftoken') },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  })
  const json: unknown = answer.status === 204 ? null : await answer.json().catch(() => null)
  if (signal?.aborted) throw new Unreachable()
  if (!answer.ok) throw refusal(answer, json)
  refuseWhatIsLate(answer, json)
  return json as T
}

/** Sends what nobody waits for, also while the page is being left. */
export function send(method: string, path: string, body: unknown): void {
  const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': cookie('csrftoken') }
  const request = { method, headers, body: JSON.stringify(body), keepalive: true }
  void fetch(`/api${path}`, request).catch(() => {})
}

/** Gives the bytes of an answer. Throws Refused, NotYet, Unreachable. */
export async function load(path: string): Promise<Uint8Array> {
  const answer = await reach(`/api${path}`, { method: 'GET' })
  if (!answer.ok) throw refusal(answer, await answer.json().catch(() => null))
  refuseWhatIsLate(answer, null)
  return new Uint8Array(await answer.arrayBuffer())
}

function refusal(answer: Response, json: unknown): Refused {
  const again = answer.status === 429 && Number(answer.headers.get('Retry-After'))
  return new Refused(answer.status, sentence(json), again || 0)
}

function refuseWhatIsLate(answer: Response, json: unknown): void {
  const again = answer.status === 202 && Number(answer.headers.get('Retry-After'))
  if (again) throw new NotYet(again, sentence(json))
}

async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (error) {
    if (error instanceof TypeError || request.signal?.aborted) throw new Unreachable()
    throw error
  }
}

function sentence(json: unknown): string {
  const detail = (json as { detail?: unknown } | null)?.detail
  return typeof detail === 'string' ? detail : ''
}

/** The value of a cookie; empty when there is none. */
export function cookie(name: string): string {
  const pair = document.cookie.split('; ').find((part) => part.startsWith(`${name}=`))
  return decodeURIComponent(pair?.slice(name.length + 1) ?? '')
}
