// Imported first: where the command line says so, rounds and the time of day stand still but
// while a test lets time pass, so that no slow machine looks like a silent server.
const rounds = []
let now = Date.now()

if (process.argv[2] === 'still') {
  Date.now = () => now
  globalThis.setInterval = (act, every) => rounds.push({ act, every, due: now + every })
}

export const pass = milliseconds => {
  now += milliseconds
  for (const round of rounds) {
    while (round.due <= now) {
      round.due += round.every
      round.act()
    }
  }
}
