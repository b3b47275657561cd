import { Webhook } from 'standardwebhooks'
import { answerText, type Behaviour, carrierServer } from './carrier-server.ts'

interface ReportedEvent {
  id: string
  type: string
  timestamp: string
  organization_id: string | null
  late: boolean
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own
  data: any
}

/** Somebody's endpoint, which behaves as told, request by request; goes with the test. */
export async function webhookReceiver(...behaviours: Behaviour[]) {
  const server = await carrierServer(
    ...(behaviours.length > 0 ? behaviours : [answerText(200, 'ok')]),
  )
  return {
    url: `${server.origin}/orgline`,
    requests: server.requests,
    /** What it was sent so far. */
    events: () => server.requests.map(({ body }) => JSON.parse(body) as ReportedEvent),
    /** The same, as whoever has the secret reads it. @throws WebhookVerificationError */
    verified: (secret: string) =>
      server.requests.map(
        ({ body, headers }) =>
          new Webhook(secret).verify(body, headers as Record<string, string>) as ReportedEvent,
      ),
  }
}
