// Imported first: where the command line says so, clients bear a silent server for so many
// milliseconds instead of 30 s. Both lengths of time are constants of their modules.
import { Module } from 'node:module'

const silence = process.argv[2]
if (silence) {
  const compile = Module.prototype._compile
  const constants = /((?:messageReconnect|outdated)Timeout = )30000/
  Module.prototype._compile = function (content, file) {
    return compile.call(this, content.replace(constants, `$1${silence}`), file)
  }
}
