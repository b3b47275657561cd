import type { Config } from '../../../config/config.ts'
import { isLoopbackUrl } from '../../../config/public-url.ts'
import { type Check, type Finding, ok, warning } from '../check.ts'

/** Whether anybody but this machine is to reach the deployment. */
export function isProduction({ publicUrl }: Pick<Config, 'publicUrl'>): boolean {
  return !isLoopbackUrl(publicUrl)
}

/** Settings that are right each for itself and that somebody would rather know of. What is wrong stops a start. */
export function createSettingsCheck(config: Config): Check {
  return async () => {
    const found = isProduction(config) ? inProduction(config) : []
    if (config.messages.sharedServiceSid)
      found.push(
        warning(
          'TWILIO_MESSAGING_SERVICE_SID is shared by all organizations, so a STOP to one silences the others.',
          'Give each organization a service of its own (settings.messaging_service_sid), and leave it empty.',
        ),
      )
    return found.length > 0 ? found : ok('Every setting is there, and they fit each other.')
  }
}

function inProduction({ alerts, events, server, publicUrl }: Config): Finding[] {
  const found: Finding[] = []
  if (alerts.webhookUrl === undefined)
    found.push(
      warning(
        'ALERT_WEBHOOK_URL is empty, so nobody learns of it when the database refuses this server.',
        'Set it to an incoming webhook of your chat.',
      ),
    )
  if (events.allowLoopback)
    found.push(
      warning(
        'ALLOW_LOOPBACK_WEBHOOKS=true lets organizations send events to services of this machine.',
        'Leave it out: it is for trying the product out.',
      ),
    )
  if (server.trustProxyHops === 0)
    found.push(
      warning(
        `TRUST_PROXY_HOPS is 0, but ${publicUrl} needs a proxy that has its certificate, so all clients share one rate limit.`,
        'Set it to the number of proxies in front of the server.',
      ),
    )
  return found
}
