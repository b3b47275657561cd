import type { Json } from './narrator.ts'
import type { Dealer, Stage } from './stage.ts'

/** So many waits at most until a mail has come. */
const PATIENCE = 120

const COLLEAGUE = 'jill@example.com'

/** A dealer invites a colleague by mail, whose link leads into the console and lets nobody else in. */
export async function invites(stage: Stage, dealer: Dealer): Promise<void> {
  const { api, world, narrator } = stage
  await narrator.send({
    url: `${api}/api/organizations/${dealer.id}/members`,
    token: dealer.token,
    body: { email: COLLEAGUE, role: 'member' },
    show: ({ inviteMailed }) => ({ inviteMailed }),
  })
  const mail = await comes(stage)
  const link = new URL(/http:\S+#\S+/.exec(mail?.text ?? '')?.[0] ?? api)
  narrator.report(`“${mail?.subject}”, to ${mail?.to}: ${link.origin}${link.pathname}#…`)
  const given = new URLSearchParams(link.hash.slice(1))
  narrator.claim(
    'the mail has a link into the console, and what proves the address stands behind its #',
    `${link.origin}${link.pathname}${link.search}` === `${api}/console` &&
      given.has('invite') &&
      given.has('token'),
  )
  const { access_token: token } = await narrator.send({
    url: `${world}/auth/v1/token`,
    body: { email: COLLEAGUE },
    show: ({ user }) => ({ user: user.email, access_token: '…' }),
  })
  const accept = (body: Json) =>
    narrator.send({
      url: `${api}/api/invites/${given.get('invite')}/accept`,
      token,
      body,
      show: ({ member: own, status, code }) => ({ role: own?.role, status, code }),
    })
  const refused = await accept({ token: 'a-token-that-nobody-was-sent' })
  narrator.claim(
    'whoever has the address alone is not let in',
    refused.code === 'invite_token_wrong',
  )
  await accept({ token: given.get('token') })
  const me = await narrator.send({
    method: 'GET',
    url: `${api}/api/me`,
    token,
    show: ({ organizations }) => organizations.map(({ role }: Json) => role),
  })
  narrator.claim(
    'whoever opens the link is a member of this dealership alone',
    me.organizations.length === 1 && me.organizations[0].organization.id === dealer.id,
  )
}

/** The mail to the colleague, once it has come. */
async function comes({ world, wait }: Stage): Promise<Json> {
  for (let waits = 0; waits < PATIENCE; waits++) {
    const { mails } = (await (await fetch(`${world}/control/mail`)).json()) as Json
    const mail = mails.find(({ to }: Json) => to.includes(COLLEAGUE))
    if (mail) return mail
    await wait()
  }
  return undefined
}
