import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'

/** A certificate and its key, in PEM. */
interface Issued {
  certificate: string
  key: string
}

export interface Authority extends Issued {
  name: string
}

const DAY_MS = 86_400_000

/** A certificate authority of our own, as hosted databases have one: no system trusts it. */
export function makeAuthority(name: string): Authority {
  const { privateKey, publicKey } = newKeys()
  const certificate = issue({
    subject: name,
    publicKey,
    issuer: name,
    signer: privateKey,
    isCa: true,
  })
  return { name, certificate, key: pem(privateKey) }
}

/** The certificate of the server at an IPv4 address. `daysLeft` below 0: it has expired. */
export function issueFor(authority: Authority, address: string, daysLeft = 30): Issued {
  const { privateKey, publicKey } = newKeys()
  const signer = createPrivateKey(authority.key)
  const subject = `server at ${address}`
  const options = { subject, publicKey, issuer: authority.name, signer, address, daysLeft }
  return { certificate: issue(options), key: pem(privateKey) }
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** X.509 as RFC 5280, section 4.1, spells it, in DER. */
function issue(options: {
  subject: string
  publicKey: KeyObject
  issuer: string
  signer: KeyObject
  isCa?: boolean
  address?: string
  daysLeft?: number
}): string {
  const { address, daysLeft = 30 } = options
  const end = Date.now() + daysLeft * DAY_MS
  const extensions = [
    ...(options.isCa ? [extension('551d13', sequence(der(0x01, Buffer.from([0xff]))))] : []),
    // An IP address among the subject's alternative names.
    ...(address
      ? [extension('551d11', sequence(der(0x87, Buffer.from(address.split('.').map(Number)))))]
      : []),
  ]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    nameOf(options.issuer),
    sequence(time(end - 60 * DAY_MS), time(end)),
    nameOf(options.subject),
    options.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, options.signer)
  const whole = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature))
  const lines = whole
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function identifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'))

function extension(oid: string, value: Buffer): Buffer {
  return sequence(identifier(oid), der(0x04, value))
}

/** A name of one part, the common name. */
function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(identifier('550403'), der(0x0c, Buffer.from(commonName)))))
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}
