import { type Reply, VendorError } from '../core/vendor-error.ts'

/** An error of Twilio's REST API; `code` as in its error dictionary. */
export function twilioError(status: number, code: number, message: string): VendorError {
  return new VendorError(message, errorReply(status, code, message))
}

/** 20001 for a parameter that the twin does not have, or has not so. */
export function unheeded(name: string): VendorError {
  return twilioError(
    400,
    20001,
    `The twin does not know the parameter ${name}, or not more than once`,
  )
}

/** 404/20404 for a path under the API. */
export function notFound(path: string): VendorError {
  return twilioError(404, 20404, `The requested resource ${path} was not found`)
}

/** 20009 for what goes on: a call that has not ended, a message without its last status. */
export function notComplete(sid: string): VendorError {
  return twilioError(409, 20009, `Cannot delete ${sid} before it is complete`)
}

/** The error that goes with a bare status: 20003, 20403, 20404, 20429, 20503, else 20500. */
export function failure(status: number): Reply {
  const [code, message] = general[status] ?? [20500, 'An internal server error has occurred']
  return errorReply(status, code, message)
}

const general: Record<number, [code: number, message: string]> = {
  401: [20003, 'Authenticate'],
  403: [20403, 'Forbidden'],
  404: [20404, 'The requested resource was not found'],
  429: [20429, 'Too Many Requests'],
  503: [20503, 'Service is temporarily unavailable'],
}

function errorReply(status: number, code: number, message: string): Reply {
  const more_info = `https://www.twilio.com/docs/errors/${code}`
  return { status, body: { code, message, more_info, status } }
}
