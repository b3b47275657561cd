// Loaded before anything else, by a Node that may be too old to read TypeScript.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Orgline needs Node 22.18 or newer, this is ${process.version}. Run it with npm (npm start, npm run …), which uses the Node that npm ci has installed, or install a newer Node. npm ci --omit=dev installs none.\n`,
  )
  process.exit(1)
}

// Keeps the compiled code (types stripped) between starts: half the time to be ready, less memory.
require('node:module').enableCompileCache?.()
