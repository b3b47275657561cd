/**
 * The one address of a recording. Webhooks tell it without an ending; the API may tell the resource
 * or a format. Source: Twilio, "Recordings resource", "Fetch a Recording's media".
 */
export function toRecordingUrl(url: string): string {
  return url.replace(/\.(?:json|wav|mp3)$/, '')
}
