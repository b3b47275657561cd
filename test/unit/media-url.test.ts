import { describe, expect, test } from 'vitest'
import { MessageBody } from '../../src/messages/schemas.ts'

describe('a media URL', () => {
  const parse = (url: string) => MessageBody.safeParse({ to: '+16045550123', mediaUrls: [url] })

  test.each([
    'https://cdn.example.com/car.png',
    'http://cdn.example.com:8080/car.png?signature=a%40b',
    'https://8.8.8.8/car.png',
    'https://[2606:4700::1111]/car.png',
    'https://local.example.com/car.png',
  ])('%s, that anybody may fetch, is taken', (url) => {
    expect(parse(url).success).toBe(true)
  })

  test.each([
    ['with a user', 'https://user@cdn.example.com/car.png'],
    ['with a password', 'https://user:secret@cdn.example.com/car.png'],
    ['of this machine', 'http://localhost/car.png'],
    ['of this machine, with a dot', 'http://localhost./car.png'],
    ['of this machine, by address', 'http://127.0.0.1/car.png'],
    ['of this machine, as one number', 'http://2130706433/car.png'],
    ['of this machine, in hexadecimal', 'http://0x7f.1/car.png'],
    ['of this machine, in IPv6', 'http://[::1]/car.png'],
    ['of this machine, as IPv4 in IPv6', 'http://[::ffff:127.0.0.1]/car.png'],
    ['of nobody', 'http://0.0.0.0/car.png'],
    ['of a cloud’s metadata', 'http://169.254.169.254/latest/meta-data'],
    ['of a private network', 'http://10.1.2.3/car.png'],
    ['of another private network', 'http://172.31.0.1/car.png'],
    ['of a home', 'http://192.168.1.1/car.png'],
    ['of a carrier’s own network', 'http://100.64.0.1/car.png'],
    ['of a private network in IPv6', 'http://[fd00::1]/car.png'],
    ['of a link', 'http://[fe80::1]/car.png'],
    ['of this machine, as IPv4 compatible with IPv6', 'http://[::127.0.0.1]/car.png'],
    ['of a private network, as IPv4 compatible with IPv6', 'http://[::a00:1]/car.png'],
    ['of this machine, in 6to4', 'http://[2002:7f00:1::]/car.png'],
    ['of this machine, in Teredo', 'http://[2001:0:7f00:1::]/car.png'],
    ['of this machine, in NAT64', 'http://[64:ff9b::7f00:1]/car.png'],
    ['of a network’s own NAT64', 'http://[64:ff9b:1::1]/car.png'],
    ['of a site', 'http://[fec0::1]/car.png'],
    ['of a segment of routing', 'http://[5f00::1]/car.png'],
    ['of documents', 'http://[3fff::1]/car.png'],
    ['of a relay of 6to4', 'http://192.88.99.1/car.png'],
    ['of this machine, with two dots', 'http://localhost../car.png'],
    ['of this machine, by its other name', 'http://printer.localdomain/car.png'],
    ['of a test', 'http://files.test/car.png'],
    ['of an example', 'http://files.example/car.png'],
    ['of nobody, by name', 'http://files.invalid/car.png'],
    ['of a hidden service', 'http://files.onion/car.png'],
    ['of another name system', 'http://files.alt/car.png'],
    ['of a home, by its name', 'http://files.home.arpa/car.png'],
    ['of a host without a domain', 'http://intranet/car.png'],
    ['of a printer', 'http://printer.local/car.png'],
    ['of a cluster', 'http://files.internal/car.png'],
  ])('%s, is refused by its own code, with the cure', (_whose, url) => {
    const { error } = parse(url)

    expect(error?.issues).toMatchObject([{ params: { problem: 'media_url_not_public' } }])
  })
})
