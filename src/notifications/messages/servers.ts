import { z } from 'zod'
import { inUtc } from '../../database/timestamp.ts'
import { cause } from './message.ts'
import { ended, RESOLVE } from './words.ts'

const Detail = z.object({ public_url: z.string(), detail: z.string() })

export const publicUrlUnproven = {
  elsewhere: cause(Detail, ({ public_url, detail }) => ({
    what: `Somebody else answers at PUBLIC_URL, ${public_url}: ${ended(detail)} What Twilio and ElevenLabs send there does not reach this deployment.`,
    steps: [
      `Run curl -i "${public_url}/livez" from outside, and see who answers.`,
      'Point the name, the proxy or the tunnel at this deployment again. Or put the right address into PUBLIC_URL and restart, as docs/operations.md says under "Moving PUBLIC_URL".',
    ],
    end: 'This resolves by itself once this deployment answers there.',
  })),
  move: cause(Detail.extend({ stored: z.string() }), ({ stored, public_url, detail }) => ({
    what: `The numbers still point at ${stored} (PUBLIC_URL_PREVIOUS) and do not follow to ${public_url}, because it is not proven that this deployment is reached there: ${ended(detail)}`,
    steps: [
      `Check that ${public_url} leads to this deployment. The numbers then follow by themselves.`,
      'If it does, and only this server cannot reach it, move them: POST /api/admin/reconcile {"mode": "repair", "acceptPublicUrl": true}.',
    ],
    end: 'This resolves by itself.',
  })),
}

const Refused = z.object({ refused: z.int(), accepted: z.int(), detail: z.string() })

export const webhooksRefused = {
  signature: cause(Refused, ({ refused, accepted, detail }) => ({
    what: `${refused} requests that name our Twilio account were refused within half a minute, because their signatures do not fit. ${accepted} were accepted. The last one refused: ${ended(detail)}`,
    steps: [
      'Twilio Console > Account Info: check that the auth token is TWILIO_AUTH_TOKEN. During a rotation, set the earlier one as TWILIO_AUTH_TOKEN_PREVIOUS.',
      'Twilio Console > Phone Numbers: check that the address of the webhooks is PUBLIC_URL, to the letter. POST /api/admin/reconcile {"mode": "repair"} puts the numbers right.',
      'If both are right, somebody forges requests. The server accepts none of them.',
    ],
    end: 'This resolves by itself once requests of Twilio are accepted, and no server has refused one for a quarter of an hour.',
  })),
  time: cause(Refused, ({ refused, accepted, detail }) => ({
    what: `${refused} reports of ElevenLabs were refused for their time within half a minute, and ${accepted} accepted: ${ended(detail)} Calls have no transcript until the calls loop finds it.`,
    steps: [
      'On this server, run timedatectl, or compare date -u with another machine. Turn time synchronisation (NTP) on.',
    ],
    end: 'This resolves by itself once reports are accepted, and no server has refused one for a quarter of an hour.',
  })),
}

export const tokensRefused = {
  '': cause(z.object({ detail: z.string() }), ({ detail }) => ({
    what: `Every token of a user is refused: nobody can sign in here, though they can at the issuer. Most of them: ${ended(detail)}`,
    steps: [
      'Compare AUTH_ISSUER, AUTH_JWKS_URL and AUTH_HS256_SECRET with the issuer. Supabase: Project Settings > JWT Keys.',
      'Where it is exp, nbf or iat, compare date -u on this server with another machine.',
      'If they are right, somebody sends tokens that are none of ours, and nobody else is here.',
    ],
    end: 'This resolves by itself once tokens are accepted, and no server has reported any for a quarter of an hour.',
  })),
}

/** What is not done while a loop fails, and how often it is tried again then, where that is not every minute. */
const LOOPS: Record<string, { undone: string; again?: string }> = {
  reconcile: { undone: 'the numbers are not compared with the carriers' },
  'messages.catch-up': {
    undone: 'texts that came while this server was away are not taken in',
  },
  'calls.catch-up': {
    undone: 'calls and recorded messages that came while this server was away are not taken in',
  },
  'calls.scan': { undone: 'calls that only ElevenLabs knows are not found' },
  imports: {
    undone:
      'imports at ElevenLabs are not compared with TWILIO_AUTH_TOKEN, and none is made anew if that is exchanged. Do not promote a token at Twilio before this succeeds',
    again: '5 seconds',
  },
  'text-replies.reports': {
    undone: 'what agents’ answers to texts cost is not looked up, and stays estimated',
  },
  usage: { undone: 'prices are not read, and what a month costs is estimated' },
  pool: { undone: 'the pool is neither watched nor filled' },
  inactive: { undone: 'numbers without traffic are not reported' },
  retention: { undone: 'what has had its time is not deleted' },
}

export const loopFailing = {
  '': cause(
    z.object({ loop: z.string(), since: z.string(), error: z.string().nullable() }),
    ({ loop, since, error }) => ({
      what: `The loop "${loop}" has not succeeded since ${inUtc(since)}: ${LOOPS[loop]?.undone ?? 'its work is left undone'}. The last reason: ${ended(error ?? 'a run that is not finished yet')}`,
      steps: [
        'Repair what the reason names. If a carrier is the cause, see https://status.twilio.com and https://status.elevenlabs.io. If the database is, GET /readyz.',
        `Otherwise search the log for "loop":"${loop}".`,
      ],
      end: `The server tries it again every ${LOOPS[loop]?.again ?? 'minute'}. This resolves by itself with the next success.`,
    }),
  ),
}

const MAILS = {
  invitation: 'An invitation',
  notification: 'An alert',
  organization: 'A mail of an organization to its own people',
}

const MAIL_REMEDIES = {
  invitation:
    'Have an admin of the organization withdraw the invite, and make one to the right address. If it happened more often (occurrences), it was to other addresses before: have the admin see to the open invites.',
  notification: 'Correct ALERT_EMAIL, and restart.',
  organization:
    'Have its admins turn such mails off (alert_mails in its settings), or remove whose address it is.',
}

export const mailNotSent = {
  refused: cause(
    z.object({
      kind: z.enum(['invitation', 'notification', 'organization']),
      recipient: z.string(),
      error: z.string(),
    }),
    ({ kind, recipient, error }) => ({
      what: `${MAILS[kind]} to ${recipient} was refused, and is not sent again: ${ended(error)}`,
      steps: [
        'If the answer is about the sender, see what MAIL_FROM and its domain need (SPF, DKIM).',
        MAIL_REMEDIES[kind],
        RESOLVE,
      ],
      end: 'Mails that come later are sent all the same.',
    }),
  ),
  waiting: cause(z.object({ since: z.string(), error: z.string() }), ({ since, error }) => ({
    what: `Mail waits, some of it since ${inUtc(since)}, because the server of SMTP_URL does not take any: ${ended(error)}`,
    steps: [
      'Check SMTP_URL: host, port, user and password, and that this machine may connect there.',
      'Ask whoever runs that server, if it answers 4xx.',
    ],
    end: 'The server tries each mail again, for about two days. This resolves by itself with the next that is sent.',
  })),
}
