import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pRetry from 'p-retry'
import { ownSettings } from '../sandbox/environment.ts'
import { startTwins } from '../sandbox/twins/twins.ts'
import { releasePort, reservePort } from '../test/support/reserved-port.ts'
import { accountPath, atTwilio, authToken } from '../test/support/twilio-console.ts'
import { type Client, createClient } from './client.ts'
import type { Cluster } from './cluster.ts'
import { createServer, type Server, type ServerOptions } from './deployment.ts'
import { type Followers, startFollowers } from './followers.ts'
import { createInnerServer } from './inner-server.ts'
import { type Listener, startListener } from './listener.ts'
import type { Lost } from './lost.ts'
import { hasServices, makeService } from './make-service.ts'
import type { Plan } from './plan.ts'
import type { Variant } from './variant.ts'
import { setUpWorkspace } from './workspace.ts'

export interface Deployment {
  database: string
  servers: Server[]
  client: Client
  /** Who answers calls now. */
  voice: Plan['voice']
}

export interface World {
  begunAt: Date
  cluster: Cluster
  /** The address of the twins, and the agent of all numbers. */
  twins: string
  agentId: string
  deployments: Deployment[]
  /** Of all deployments, in their order. */
  servers: Server[]
  /** Numbers of the same account that are none of ours, as they were. */
  elsewhere: CarrierNumber[]
  /** Whether a person imports numbers. */
  isManual: boolean
  /** Twilio's token, as nobody else exchanges it meanwhile; it becomes what `work` answers, if anything. */
  withToken(work: (token: string) => Promise<string | undefined>): Promise<void>
  /** What exchanges secrets, one after the other. */
  inTurn(work: () => Promise<void>): Promise<void>
  hasServices: boolean
  /** How long to wait for what loops may still put right. */
  patienceMs: number
  /** The column of the verdict in which a defect is to show. */
  raises: string | undefined
  /** Whether these words say of the product that is broken on purpose what was to be seen of it. */
  isShown(words: string): boolean
  /** Messaging Services that no organization has yet. */
  services: string[]
  /** Who is told what happens, by webhooks; undefined: nobody. */
  listener: Listener | undefined
  /** Who reads streams of what happens; undefined: nobody. */
  followers: Followers | undefined
  /** Databases that went back in time, as they were before. */
  lost: Lost[]
  buyElsewhere(phoneNumber: string, friendlyName: string): Promise<void>
  firstForSale(areaCode: string): Promise<string>
  /** The twins' control API. */
  control(method: string, path: string, body?: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** A number as Twilio has it. */
export interface CarrierNumber {
  sid: string
  phone_number: string
  friendly_name: string
  sms_url: string
  sms_fallback_url: string
  voice_url: string
  voice_fallback_url: string
  status_callback: string
}

/** @throws Error where there is none */
export function deploymentOf({ deployments }: World, index: number): Deployment {
  const deployment = deployments[index]
  if (!deployment) throw new Error(`there is no deployment ${index}`)
  return deployment
}

/**
 * The twins, and as many deployments as the plan has, all on one Twilio account. Every server is a
 * process, but for those of a variant that nobody kills.
 */
export async function startWorld(
  cluster: Cluster,
  plan: Plan,
  {
    variant,
    patienceMs = 0,
    raises,
  }: { variant?: Variant | undefined; patienceMs?: number; raises?: string | undefined } = {},
): Promise<World> {
  const begunAt = new Date()
  const twins = await startTwins({ port: 0 })
  const listener = plan.listens && (await startListener(plan.listens))
  const followers = plan.listens && startFollowers()
  const folder = mkdtempSync(join(tmpdir(), 'orgline-chaos-server-'))
  const control = async (method: string, path: string, body?: unknown) => {
    const ask = () =>
      fetch(`${twins.origin}/control/${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    // On a busy machine an idle connection may be closed under a request; a look can be repeated.
    const reply = await (method === 'GET' ? pRetry(ask, { retries: 2, minTimeout: 0 }) : ask())
    if (!reply.ok) throw new Error(`control ${path}: ${await reply.text()}`)
    return reply.json()
  }
  await control('POST', 'settings', { priceDelayMs: 200, pageSize: plan.pageSize ?? null })
  await control('POST', 'stock', { areaCode: '604', count: plan.stock })
  // All are one workspace, whose webhooks go to the first server of the first deployment; what the
  // other deployments do not hear by them, their loops have to find.
  const firstPort = await reservePort()
  const { agentId, webhookSecret = '' } = await setUpWorkspace(
    ownSettings({
      port: firstPort,
      twins: twins.origin,
      databaseUrl: cluster.url('template_orgline'),
      initSecret: 'chaos-init-secret-0123456789',
    }),
  )
  const create = (options: ServerOptions) =>
    variant && !isDeadly(plan)
      ? createInnerServer(options, variant)
      : createServer(options, folder, variant?.settings)
  const deployments: Deployment[] = []
  for (const count of plan.servers) {
    const database = await cluster.createDatabase(variant?.sql)
    const servers: Server[] = []
    for (let index = 0; index < count; index += 1) {
      servers.push(
        create({
          port: deployments.length + index === 0 ? firstPort : await reservePort(),
          twins: twins.origin,
          databaseUrl: cluster.url(database),
          agentId,
          webhookSecret,
          publicUrl: servers[0]?.origin,
          quarantineDays: plan.quarantineDays,
          voice: plan.voice,
          isManual: plan.isManual === true,
          hasServices: hasServices(plan),
        }),
      )
    }
    deployments.push({
      database,
      servers,
      client: createClient(
        servers.map((s) => s.origin),
        variant?.shows,
      ),
      voice: plan.voice,
    })
  }
  const servers = deployments.flatMap((deployment) => deployment.servers)
  const services: string[] = []
  for (const { kind } of plan.actions) {
    if (kind === 'give_service') services.push(await makeService({ control, twins: twins.origin }))
  }
  const elsewhere: CarrierNumber[] = []
  let token = authToken
  let tokenInUse: Promise<unknown> = Promise.resolve()
  let turn: Promise<unknown> = Promise.resolve()
  const lost: Lost[] = []
  const firstForSale = async (areaCode: string): Promise<string> => {
    const country = areaCode === '604' || areaCode === '778' ? 'CA' : 'US'
    const path = `${accountPath}/AvailablePhoneNumbers/${country}/Local.json?AreaCode=${areaCode}`
    const { body } = await atTwilio(twins, 'GET', path)
    const found = body.available_phone_numbers as CarrierNumber[]
    if (!found[0]) throw new Error(`${areaCode} is sold out`)
    return found[0].phone_number
  }
  const buyElsewhere = async (phoneNumber: string, friendlyName: string) => {
    const path = `${accountPath}/IncomingPhoneNumbers.json`
    const { body } = await atTwilio(twins, 'POST', path, {
      PhoneNumber: phoneNumber,
      FriendlyName: friendlyName,
      SmsUrl: 'https://elsewhere.example.com/sms',
      VoiceUrl: 'https://elsewhere.example.com/voice',
    })
    elsewhere.push(body as CarrierNumber)
  }
  await buyElsewhere(await firstForSale('305'), 'Reception')
  await buyElsewhere(await firstForSale('305'), `orgline:ffffffff:${randomUUID()}`)
  return {
    begunAt,
    cluster,
    twins: twins.origin,
    agentId,
    elsewhere,
    hasServices: hasServices(plan),
    patienceMs,
    raises,
    isShown: (words) => variant?.shows?.test(words) === true,
    services,
    isManual: plan.isManual === true,
    inTurn(work) {
      const mine = turn.then(work)
      turn = mine.catch(() => {})
      return mine
    },
    withToken(work) {
      const mine = tokenInUse.then(async () => {
        token = (await work(token)) ?? token
      })
      tokenInUse = mine.catch(() => {})
      return mine
    },
    listener,
    followers,
    lost,
    firstForSale,
    buyElsewhere,
    deployments,
    servers,
    control,
    async stop() {
      await followers?.leave()
      await Promise.all(servers.map((server) => server.stop()))
      for (const { origin } of servers) releasePort(Number(new URL(origin).port))
      await twins.close()
      listener?.close()
      for (const { database } of [...deployments, ...lost]) await cluster.dropDatabase(database)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const DEADLY = ['kill', 'kill_at', 'freeze', 'away']

function isDeadly({ disturbances }: Plan): boolean {
  return disturbances.some(
    (each) => DEADLY.includes(each.kind) || (each.kind === 'go_back' && each.isKilled),
  )
}
