import { z } from 'zod'
import { cause } from './message.ts'
import { counted, Numbers, named } from './words.ts'

const imports = (count: number) => `The imports of ${counted(count, 'number')} at ElevenLabs`
const DO_NOT_PROMOTE = 'Do not promote a token at Twilio before that.'

/** Imports at ElevenLabs that were made with another Twilio token. */
export const importsOutdated = {
  unsynced: cause(Numbers, (those) => ({
    what: `${imports(those.count)} were made with another token than Twilio is to sign with. For more than a minute the server has not managed to take over their calls: ${named(those)}. The numbers after them wait. Do not promote a token at Twilio yet.`,
    steps: [
      'GET /api/admin/notifications?status=pending: do what phone_setup_failed or account_problem says.',
      'If neither is there, check that no second server runs with another .env, and restart this one.',
    ],
    end: 'The other numbers then follow, and this resolves, all by itself.',
  })),
  promote: cause(Numbers, (those) => ({
    what: `This server answers the calls to ${counted(those.count, 'number')} itself: ${named(those)}. Their imports at ElevenLabs were made with a token that Twilio will soon not sign with, or does not sign with yet. Twilio still accepts TWILIO_AUTH_TOKEN_PREVIOUS.`,
    steps: [
      'If other deployments use this Twilio account: wait until each that has imported numbers says the same, because the others would lose their calls.',
      'Twilio Console > Account > API keys & tokens: promote the secondary token, which is TWILIO_AUTH_TOKEN.',
    ],
    end: 'The server then makes the imports anew, and their numbers go back to ElevenLabs. This resolves by itself.',
  })),
  manual: cause(Numbers, (those) => ({
    what: `${imports(those.count)} were made with a token that Twilio no longer accepts: ${named(those)}. Until they are made anew, this server answers their calls, and nobody can call from them. For each:`,
    steps: [
      "ElevenLabs Dashboard > Phone Numbers: delete it. Then Import Phone Number > From Twilio with our Twilio account's SID and Auth Token, and choose its agent.",
      'POST /api/admin/phone-numbers/<number>/activate {"elevenLabsPhoneId": "<new phone id>"}.',
    ],
    end: 'This resolves by itself once none is left.',
  })),
  renewal: cause(Numbers, (those) => ({
    what: `${imports(those.count)} were made with a token that Twilio no longer accepts, and are being made anew: ${named(those)}. Until then this server answers their calls, and nobody can call from them. Nothing to do, except to leave TWILIO_AUTH_TOKEN_PREVIOUS as it is. One import goes first, and the others follow once it is right. If one fails, elevenlabs_import_required or order_needs_attention says what to do.`,
    end: 'This resolves by itself once none is left.',
  })),
  former: cause(Numbers, (those) => ({
    what: `${imports(those.count)} were made with another token than TWILIO_AUTH_TOKEN, and this server does not have that token: ${named(those)}. It answers their calls until then.`,
    steps: [
      'Put the earlier token into TWILIO_AUTH_TOKEN_PREVIOUS, and restart. The server then makes the imports anew.',
      'If nobody has it any more, for each: ElevenLabs Dashboard > Phone Numbers: delete it. POST /api/admin/reconcile {"mode": "repair"} has it imported anew.',
    ],
    end: 'This resolves by itself.',
  })),
  unknown: cause(Numbers, (those) => ({
    what: `The token was exchanged, and it is not known with which token the imports of ${counted(those.count, 'number')} at ElevenLabs were made: ${named(those)}. This server answers their calls until that is clear. For each:`,
    steps: [
      'If its import was made with TWILIO_AUTH_TOKEN: POST /api/admin/phone-numbers/<number>/activate {"elevenLabsPhoneId": "<its phone id>"}.',
      'Otherwise ElevenLabs Dashboard > Phone Numbers: delete it. POST /api/admin/reconcile {"mode": "repair"} has it imported anew.',
    ],
    end: 'This resolves by itself once none is left.',
  })),
  unled: cause(
    z.object({ stored: z.string(), public_url: z.string() }),
    ({ stored, public_url }) => ({
      what: `No server has looked after the imports at ElevenLabs for more than a minute. None is made anew if TWILIO_AUTH_TOKEN is exchanged. ${
        stored === public_url
          ? 'The server that started last has another TWILIO_AUTH_TOKEN than the one that runs.'
          : `The numbers point at ${stored}, and PUBLIC_URL of the server that runs is ${public_url}.`
      }`,
      steps:
        stored === public_url
          ? [
              'Give every server the same .env.',
              `Restart the one that is to stay. ${DO_NOT_PROMOTE}`,
            ]
          : [
              `Check whether a server runs at ${stored}. It looks after them.`,
              `If the deployment moved to ${public_url}: check that ${stored} is in PUBLIC_URL_PREVIOUS and that ${public_url} leads here, or POST /api/admin/reconcile {"mode": "repair", "acceptPublicUrl": true}. ${DO_NOT_PROMOTE}`,
            ],
      end: 'This resolves by itself once a server does it.',
    }),
  ),
}
