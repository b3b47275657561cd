import type { Config } from '../../../config/config.ts'
import { type Check, error, type Finding, ok } from '../check.ts'
import { isProduction } from './settings.ts'

const ELEVENLABS = /(^|\.)elevenlabs\.io$/

/** Whether requests go to the carriers themselves, and whether these can ask back. */
export function createBaseUrlsCheck(config: Config): Check {
  const { publicUrl, twilio, elevenLabs } = config
  const twins = [
    ...(twilio.baseUrl ? [['TWILIO_BASE_URL', twilio.baseUrl, 'Twilio'] as const] : []),
    ...(ELEVENLABS.test(new URL(elevenLabs.baseUrl).hostname)
      ? []
      : [['ELEVENLABS_BASE_URL', elevenLabs.baseUrl, 'ElevenLabs'] as const]),
  ]
  return async (): Promise<Finding | Finding[]> => {
    if (isProduction(config)) {
      if (twins.length === 0) return ok('Requests go to Twilio and ElevenLabs themselves.')
      return twins.map(([name, url, carrier]) =>
        error(
          `${name} sends everything for ${carrier} to ${new URL(url).origin}, so no real number is bought and no real call placed.`,
          `Leave ${name} empty, and restart the servers.`,
        ),
      )
    }
    if (twins.length === 2) return ok('This machine only: requests go to twins of the carriers.')
    return error(
      `PUBLIC_URL is ${publicUrl}, which no carrier reaches: no call and no text comes here.`,
      'Set PUBLIC_URL to the https:// address of the proxy or tunnel that leads here.',
    )
  }
}
