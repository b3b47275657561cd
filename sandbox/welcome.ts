/** What the sandbox tells when all is up; the last line is the one that scripts wait for. */
export function welcome(parts: {
  origin: string
  twins: string
  databaseUrl: string
  log: string
  folder: string
}): string[] {
  const token = `curl -s ${parts.twins}/auth/v1/token -H 'Content-Type: application/json' -d '{"email":"you@example.com"}' | node -pe 'JSON.parse(require("fs").readFileSync(0)).access_token'`
  return [
    '',
    `  Console        ${parts.origin}/console  (operators: with the admin key; members: any e-mail and password)`,
    `  API            ${parts.origin}  (what it can do: ${parts.origin}/docs)`,
    `  Admin key      sandbox-admin-key`,
    `  Outside world  ${parts.twins}  (Twilio, ElevenLabs, sign-in; its truth: ${parts.twins}/control/state)`,
    `  Mail           ${parts.twins}/control/mail  (what was sent)`,
    `  Database       ${parts.databaseUrl}`,
    `  Data           ${parts.folder}`,
    `  Log            ${parts.log}`,
    '',
    '  A user token:',
    `  TOKEN=$(${token})`,
    '',
    '  Ctrl-C stops everything.',
    '',
    'Orgline sandbox is ready',
  ]
}
