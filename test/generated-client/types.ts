import openapiTS, { astToString } from 'openapi-typescript'

/** The types of a client, as openapi-typescript makes them of docs/openapi.json. */
export async function clientTypes(): Promise<string> {
  const document = new URL('../../docs/openapi.json', import.meta.url)
  return astToString(await openapiTS(document))
}
