import { randomUUID } from 'node:crypto'
import { authToken } from '../test/support/twilio-console.ts'
import type { Rotation } from './plan.ts'
import { untilExchangeIsOver, untilPromotionMayCome } from './promotion.ts'
import { setUpWorkspace } from './workspace.ts'
import type { World } from './world.ts'

/**
 * Exchanges a key or secret of the account that all deployments share, as the documents tell an operator
 * to, one after the other. `meanwhile`: what is done once servers have the new value, before ElevenLabs has; of Twilio's
 * token, as soon as it is promoted.
 */
export function rotate(
  what: Rotation,
  world: World,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  return world.inTurn(() => exchange(what, world, meanwhile))
}

async function exchange(what: Rotation, world: World, meanwhile: () => Promise<unknown>) {
  const fresh = `${what}-${randomUUID()}`
  switch (what) {
    case 'twilio_token':
      // Nobody manual imports meanwhile: a server takes an import for made with the token it has.
      await world.withToken(async (token) => {
        if (token !== authToken && !world.isManual) await untilExchangeIsOver(world)
        await world.control('POST', 'credentials', { twilioSecondaryToken: fresh })
        await renew(world, 'TWILIO_AUTH_TOKEN', fresh)
        await untilPromotionMayCome(world)
        await world.control('POST', 'credentials', { promoteSecondaryToken: true })
        return fresh
      })
      await meanwhile()
      return
    case 'elevenlabs_secret': {
      await renew(world, 'ELEVENLABS_INIT_SECRET', fresh)
      await meanwhile()
      const [first] = world.servers
      if (first) await setUpWorkspace(first.settings())
      return
    }
    case 'elevenlabs_key':
      await world.control('POST', 'credentials', { elevenLabsSecondApiKey: fresh })
      await renew(world, 'ELEVENLABS_API_KEY', fresh)
      await world.control('POST', 'credentials', {
        elevenLabsApiKey: fresh,
        elevenLabsSecondApiKey: null,
      })
      return
    case 'elevenlabs_signature':
      // Only ElevenLabs makes one, and goes on with its own as long as nobody has it make another.
      await renew(world, 'ELEVENLABS_WEBHOOK_SECRET', fresh)
      await meanwhile()
      return
  }
}

/** All servers go on with the new value, and accept the one before where there is such a setting. */
async function renew(world: World, name: string, value: string): Promise<void> {
  for (const server of world.servers) {
    const before = server.settings()[name] ?? ''
    const previous = name === 'ELEVENLABS_API_KEY' ? {} : { [`${name}_PREVIOUS`]: before }
    await server.restart({ [name]: value, ...previous })
  }
}
