import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { askAgent, handOver, missCalls } from './ask-agent.ts'
import type { Answer } from './client.ts'
import { addLine, findLines, isAmerican, untilFilled } from './lines.ts'
import { listenToOwn } from './listen.ts'
import { type Action, goesBack, type Plan } from './plan.ts'
import type { Line, Played } from './played.ts'
import { endRecordings } from './recordings.ts'
import { sendKeyword, strayText, talk } from './talk.ts'
import { until } from './until.ts'
import { deploymentOf, type World } from './world.ts'

const PATIENCE_MS = 60_000
const PAUSE_MS = 200

/** Does what a user does, and notes what came of it. */
export async function act(action: Action, plan: Plan, world: World, played: Played): Promise<void> {
  const deployment = deploymentOf(world, action.deployment)
  const { client } = deployment
  const own = played.deployments[action.deployment]
  if (!own) throw new Error(`nothing is noted of deployment ${action.deployment}`)
  const check = (what: string, answer: Answer | undefined, ...right: number[]): boolean => {
    const isRight = right.includes(answer?.status ?? 0)
    if (!isRight) played.unanswered.push(`${what}: ${JSON.stringify(answer ?? 'no answer')}`)
    return isRight
  }
  const aLine = async (isGivenUp: boolean, isSure = false): Promise<Line | undefined> => {
    const lines = await findLines(client, own, { isGivenUp, isSure })
    return lines[action.at % lines.length]
  }
  const inTurn = (work: () => Promise<void>) => {
    own.turn = own.turn.then(work)
    return own.turn
  }

  /**
   * Where there is no quarantine, a number may be released by the time that an answer arrives; and
   * a database that went back in time may know another state of it, or not know it.
   */
  const mayBeGone = plan.quarantineDays === 0 || goesBack(plan)
  const orGone = (...statuses: number[]) => (mayBeGone ? statuses : [])

  switch (action.kind) {
    case 'sign_up': {
      if (action.afterBatches) {
        await Promise.all(own.batches)
        await untilFilled(client)
      }
      if (action.afterReleases) await own.turn
      own.signUps += 1
      own.signingUp += 1
      const name = `Dealer ${randomUUID().slice(0, 8)}`
      const body = { name, email: 'owner@example.com', preferredAreaCode: action.areaCode }
      const answer = await client.send('POST', '/api/auth/organizations', body, randomUUID())
      own.signingUp -= 1
      check('sign-up', answer, 201)
      const { id, phoneNumber } = answer?.body?.organization ?? {}
      if (phoneNumber) addLine(own, { organizationId: id, number: phoneNumber })
      if (id) await listenToOwn(world, deployment, id)
      return
    }
    case 'batch': {
      const { count, areaCode } = action
      own.batched += count
      const path = '/api/admin/phone-numbers/batch-purchase'
      const asked = client.send('POST', path, { count, areaCode }, randomUUID())
      own.batches.push(asked)
      check('batch', await asked, 200, 202)
      return
    }
    case 'release':
      await inTurn(async () => {
        const line = await aLine(false)
        if (!line) return
        if (action.afterSignUps) await untilFilled(client)
        const end = Date.now() + PATIENCE_MS
        let answer: Answer | undefined
        do {
          answer = await client.send('DELETE', pathOf(line))
          // 409: an order is at it at this moment.
          if (answer?.status === 409) await sleep(PAUSE_MS)
        } while (answer?.status === 409 && Date.now() < end)
        if (!check(`release of ${line.number}`, answer, 200, 202, ...orGone(404, 409))) return
        line.isGivenUp = true
        line.since = Date.now()
        played.released += 1
      })
      return
    case 'restore':
      await inTurn(async () => {
        const line = await aLine(true)
        if (!line) return
        const begun = Date.now()
        const answer = await client.send('POST', `${pathOf(line)}/restore`)
        if (!check(`restore of ${line.number}`, answer, 200, 202, ...orGone(404, 409))) return
        if (answer && answer.status < 300) {
          line.isGivenUp = false
          line.since = Date.now()
          line.restored = { begun, ended: line.since }
          played.restored += 1
        }
      })
      return
    case 'text':
    case 'call':
    case 'text_back':
    case 'dial': {
      const line = await aLine(false, action.isSure)
      if (line) await talk(action.kind, { line, plan, client, world, played })
      return
    }
    case 'keyword': {
      const line = await aLine(false, action.isSure)
      if (line) await sendKeyword(action, { line, plan, world, played })
      return
    }
    case 'missed_calls':
    case 'question':
    case 'hand_over': {
      const line = await aLine(false, action.isSure)
      if (!line) return
      const on = { line, plan, client, world, played, deployment: action.deployment }
      if (action.kind === 'missed_calls') await missCalls(on)
      else if (action.kind === 'question') await askAgent(action.customer, on)
      else await handOver(action.customer, on)
      return
    }
    case 'give_service': {
      const sid = world.services.pop()
      const lines = await findLines(client, own, {})
      const line = lines.find(({ number }) => isAmerican(number))
      if (!sid || !line) return
      const body = { settings: { messaging_service_sid: sid } }
      const path = `/api/organizations/${line.organizationId}`
      check('service', await client.send('PATCH', path, body), 200)
      played.served += 1
      return
    }
    case 'end_recordings':
      if (action.ofSome) await untilFilled(client)
      await until(
        async () => (await endRecordings(world, deployment, action.ofSome)) > 0 || !action.ofSome,
      )
      return
    case 'stray_text':
      await Promise.all(own.batches)
      if (own.batches.length > 0) await untilFilled(client)
      await strayText({ plan, client, world, played })
      return
  }
}

/** Of its organization: the number itself may be another's by now. */
function pathOf({ organizationId, number }: Line): string {
  return `/api/organizations/${organizationId}/phone-numbers/${number}`
}
