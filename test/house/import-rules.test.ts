import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const forbidden: [file: string, imported: string][] = [
  ['src/platform/a.ts', '../http/route.ts'],
  ['src/platform/b.ts', 'twilio'],
  ['src/platform/c.ts', '@supabase/supabase-js'],
  ['src/http/a.ts', '../calls/variables.ts'],
  ['src/http/b.ts', '../carriers/ports.ts'],
  ['src/carriers/elevenlabs/a.ts', '../twilio/client.ts'],
  ['src/carriers/elevenlabs/b.ts', 'twilio/lib/webhooks/webhooks.js'],
  ['src/carriers/twilio/a.ts', '../../http/route.ts'],
  ['src/calls/a.ts', '../messages/message-store.ts'],
  ['src/calls/b.ts', '../organizations/routes.ts'],
  ['src/calls/c.ts', '../phone-numbers/order-routes.ts'],
  ['src/calls/d.ts', '../organizations/schemas.ts'],
  ['src/calls/e.ts', '../carriers/twilio/client.ts'],
  ['src/calls/f.ts', '../context.ts'],
  ['src/calls/g.ts', '../webhooks/twilio-routes.ts'],
  ['src/phone-numbers/pool/a.ts', '../../context.ts'],
  ['src/phone-numbers/pool/b.ts', '../../calls/call-store.ts'],
  ['src/phone-numbers/pool/c.ts', '../../carriers/twilio/client.ts'],
  ['src/reconcile/a.ts', '../phone-numbers/order-store.ts'],
  ['src/api-keys/a.ts', '../organizations/member-store.ts'],
  ['src/calls/h.ts', '../context/numbers.ts'],
  ['src/phone-numbers/pool/d.ts', '../../provision/rows.ts'],
  ['src/webhooks/a.ts', '../app.ts'],
  ['src/webhooks/b.ts', '../context/numbers.ts'],
  ['src/context/a.ts', '../context.ts'],
  ['src/context/b.ts', '../webhooks/twilio-routes.ts'],
  ['src/context/c.ts', '../sandbox/sandbox.ts'],
  ['src/provision/a.ts', '../server.ts'],
  ['src/reapply/a.ts', '../server.ts'],
  ['src/contacts/a.ts', '../reapply/command.ts'],
  ['src/provision/b.ts', '@supabase/supabase-js'],
  ['src/context.ts', './webhooks/twilio-routes.ts'],
  ['src/config.ts', './app.ts'],
  ['src/app.ts', './sandbox/sandbox.ts'],
  ['src/server.ts', './main.ts'],
  ['src/sandbox/twins/twilio/a.ts', '../../../config.ts'],
  ['src/sandbox/twins/a.ts', '../../carriers/ports.ts'],
]

const allowed: [file: string, imported: string][] = [
  ['src/platform/ok.ts', './errors.ts'],
  ['src/http/ok.ts', '../platform/db.ts'],
  ['src/carriers/elevenlabs/ok.ts', '../ports.ts'],
  ['src/carriers/elevenlabs/ok2.ts', '../../platform/retry.ts'],
  ['src/carriers/twilio/ok.ts', 'twilio'],
  ['src/calls/ok.ts', '../http/schemas.ts'],
  ['src/calls/ok2.ts', '../carriers/ports.ts'],
  ['src/calls/ok3.ts', '../organizations/organization.ts'],
  ['src/phone-numbers/pool/ok.ts', '../order-store.ts'],
  ['src/phone-numbers/pool/ok2.ts', '../../carriers/ports.ts'],
  ['src/webhooks/ok.ts', '../carriers/twilio/twiml.ts'],
  ['src/context/ok.ts', '../config.ts'],
  ['src/provision/ok.ts', '../phone-numbers/pool/provision-view.ts'],
  ['src/settings.ts', './platform/destination.ts'],
  ['src/sandbox/twins/twilio/ok.ts', '../../../platform/errors.ts'],
]

describe('import rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orgline-rules-'))
  let refused: Set<string>

  beforeAll(() => {
    const config = JSON.parse(readFileSync('biome.json', 'utf8'))
    writeFileSync(
      join(folder, 'biome.json'),
      JSON.stringify({ ...config, vcs: { enabled: false } }),
    )
    for (const [file, imported] of [...forbidden, ...allowed]) {
      mkdirSync(join(folder, dirname(file)), { recursive: true })
      writeFileSync(join(folder, file), `import { y } from '${imported}'\n\nexport const z = y\n`)
    }
    refused = lint(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(forbidden)('%s, importing %s, is refused', (file) => {
    expect(refused).toContain(file)
  })

  test.each(allowed)('%s, importing %s, is accepted', (file) => {
    expect(refused).not.toContain(file)
  })
})

/** The files that break noRestrictedImports, as `npm run check` would report them. */
function lint(folder: string): Set<string> {
  const args = [
    'lint',
    '--reporter=json',
    '--max-diagnostics=none',
    '--only=style/noRestrictedImports',
    'src',
  ]
  const biome = resolve('node_modules/.bin/biome')
  const report = runEvenIfItFails(() =>
    execFileSync(biome, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }),
  )
  const { diagnostics } = JSON.parse(report) as { diagnostics: { location: { path: string } }[] }
  return new Set(diagnostics.map(({ location }) => location.path))
}

function runEvenIfItFails(run: () => string): string {
  try {
    return run()
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}
