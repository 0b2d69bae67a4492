// B4 as yjs writes it: every edit of the trace as one update, in the first paragraph.
//   node paper.mjs TRACE.json.gz
// prints one line of hex an update: first the empty paragraph, then the edits.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Y, hex } from './yjs.mjs'

const { edits } = JSON.parse(gunzipSync(readFileSync(process.argv[2])))
const doc = new Y.Doc({ gc: false })
doc.clientID = 4_000_000_000
let lines = []
doc.on('update', update => {
  lines.push(hex(update), '\n')
  if (lines.length > 10_000) {
    process.stdout.write(lines.join(''))
    lines = []
  }
})
const paragraph = new Y.XmlElement('paragraph')
const text = new Y.XmlText()
doc.transact(() => {
  paragraph.insert(0, [text])
  doc.getXmlFragment('default').insert(0, [paragraph])
})
for (const [at, gone, inserted] of edits) {
  doc.transact(() => {
    if (gone) text.delete(at, gone)
    if (inserted) text.insert(at, inserted)
  })
}
process.stdout.write(lines.join(''))
