import { text as aMissedText, minutesAgo } from '../outage.ts'
import { aConversation, postCall } from '../post-call.ts'
import { type Answer, request } from '../requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../signed.ts'
import type { World } from '../world.ts'
import type { Dealer } from './dealers.ts'

/** What customers, carriers and people do in a story. */
export function createDeeds(world: World) {
  /** As after an outage that began so long ago. */
  const catchUp = () =>
    world.context.messages.catchUp(new AbortController().signal, {
      through: minutesAgo(15).toISOString(),
    })

  const ok = async (answering: Promise<Answer>): Promise<Answer> => {
    const answer = await answering
    if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  return {
    /** How the carrier tells of a text, as often as it likes. */
    aText(from: string, to: string, body: string) {
      const text = aText(to, { From: from, Body: body })
      return () => ok(twilioPost(world, SMS_PATH, text))
    },
    /** A text of which nobody tells for so long that it is late; then the same. */
    async aLateText(from: string, to: string, body: string) {
      const at = minutesAgo(12)
      const sid = await world.whileAway(() => aMissedText(world, { from, to, body, at }))
      await catchUp()
      const text = aText(to, { From: from, Body: body, MessageSid: sid, SmsSid: sid })
      return () => ok(twilioPost(world, SMS_PATH, text))
    },
    /** A call that an agent took so many minutes ago: how the voice platform asks about it, and reports it. */
    aCall(from: string, to: string, words: string, minutes: number) {
      const call = aCall(to, { caller_id: from })
      const phone = { agent_number: to, external_number: from, call_sid: call.call_sid }
      const ended = aConversation({
        phone,
        metadata: { start_time_unix_secs: Math.floor(minutesAgo(minutes).getTime() / 1_000) },
        transcript: [{ role: 'user', message: words }],
        summary: `They said ${words}`,
      })
      return {
        ask: async (): Promise<Record<string, string>> =>
          (await ok(askInitiation(world, call))).body.dynamic_variables,
        report: () => ok(postCall(world, ended)),
      }
    },
    personTexts: ({ id, token }: Dealer, to: string, body: string) =>
      ok(
        request(world.origin, 'POST', `/api/organizations/${id}/messages`, {
          token,
          body: { to, body },
        }),
      ),
    /** The agent answers the customer again; nothing, where nobody knows the customer. */
    async handBack({ id, token }: Dealer, customer: string) {
      const path = `/api/organizations/${id}/contacts`
      const found = await ok(
        request(world.origin, 'GET', `${path}?phoneNumber=${encodeURIComponent(customer)}`, {
          token,
        }),
      )
      const [contact] = found.body.contacts
      if (contact)
        await ok(
          request(world.origin, 'PUT', `${path}/${contact.id}`, { token, body: { replies: 'on' } }),
        )
    },
  }
}
