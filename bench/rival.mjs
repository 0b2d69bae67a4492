// Starts a server of the rivals' kit, tells where it is, and kills it when stdin ends.
//   node rival.mjs KIT NAME
import { pathToFileURL } from 'node:url'

const [kit, name] = process.argv.slice(2)
const { start } = await import(pathToFileURL(`${kit}/lib.mjs`))
const server = await start(name)
const { url, pid, aux, s: { proto } } = server
process.stdout.write(JSON.stringify({ url, pid, aux, protocol: proto }) + '\n')
for await (const _ of process.stdin);
await server.kill()
process.exit(0)
