// A load on any server of the y-websocket protocol (or Hocuspocus'): people who type one letter at a time, all on
// one core. Told by one argument of JSON, tells lines of JSON: when the measured time begins, when it ends, what came.
//   urls, protocol, headers, documents [names], sockets and typers a document, rate (edits/s a typer), warm, seconds,
//   drain (s: how long what was sent may take to arrive)
// The sockets of a document are dealt to the urls in turn. Knows nothing of what the server is.
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, letter, letters } from './wire.mjs'

const given = JSON.parse(process.argv[2])
const { documents, sockets, typers, rate, warm, seconds, drain } = given
const tell = line => process.stdout.write(JSON.stringify(line) + '\n')

const base = 0x40000000 + Math.floor(Math.random() * 0x10000000)
const sent = [] // per typer: when each of its letters was sent
const latencies = []
let from = Infinity
let to = Infinity
let counted = 0 // letters that came within the measured time
let arrived = 0
let messages = 0
let closed = 0

class Person {
  constructor (document, place) {
    const typing = place < typers
    this.number = typing ? sent.push([]) - 1 : -1
    this.seen = new Map()
    this.document = document
    this.url = given.urls[place % given.urls.length]
  }

  async open () {
    this.connection = new Connection({ ...given, url: this.url, document: this.document })
    this.connection.onupdate = update => this.read(update)
    this.connection.onclose = () => { closed++ }
    await this.connection.synced
  }

  type (now) {
    const times = sent[this.number]
    this.connection.update(letter(base + this.number, times.length))
    times.push(now)
  }

  read (update) {
    if (from === Infinity) return
    messages++
    const now = performance.now()
    letters(update, (client, clock, length) => {
      const times = sent[client - base]
      if (times === undefined || client - base === this.number) return
      const end = clock + length
      for (let at = Math.max(clock, this.seen.get(client) ?? 0); at < end; at++) {
        arrived++
        if (now >= from && now < to) counted++
        if (times[at] >= from && times[at] < to) latencies.push(now - times[at])
      }
      this.seen.set(client, Math.max(end, this.seen.get(client) ?? 0))
    })
  }
}

async function type (writers, began) {
  const due = writers.map((_, number) => began + (number * 0.618034 % 1) / rate * 1000)
  for (let now; (now = performance.now()) < to;) {
    writers.forEach((writer, number) => {
      for (; due[number] <= now; due[number] += 1000 / rate) writer.type(now)
    })
    await sleep(1)
  }
}

async function arrive () {
  const due = sent.flat().length * (sockets - 1)
  const deadline = performance.now() + drain * 1000
  while (arrived < due && performance.now() < deadline) await sleep(20)
}

const people = documents.flatMap(name => Array.from({ length: sockets }, (_, place) => new Person(name, place)))
for (let at = 0; at < people.length; at += 20) await Promise.all(people.slice(at, at + 20).map(one => one.open()))
await sleep(500)
const began = performance.now()
from = began + warm * 1000
to = from + seconds * 1000
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }
let cpu = 0
setTimeout(() => { tell({ measuring: true }); cpu = used() }, warm * 1000)
const measured = sleep((warm + seconds) * 1000).then(() => { tell({ measuring: false }); cpu = used() - cpu })
await type(people.filter(one => one.number >= 0), began)
await measured
await arrive()
latencies.sort((a, b) => a - b)
const quantile = share => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? null
const edits = sent.flat().filter(at => at >= from && at < to).length
tell({
  edits: edits / seconds,
  deliveries: counted / seconds,
  arrived: latencies.length / (edits * (sockets - 1)),
  p50: quantile(0.5),
  p95: quantile(0.95),
  p99: quantile(0.99),
  messages: messages / Math.max(arrived, 1),
  load_cpu: cpu / seconds,
  closed,
})
process.exit(0)
