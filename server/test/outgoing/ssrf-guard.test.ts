/** Which addresses may be reached, and in which disguises the others come. */
import { describe, expect, test } from 'vitest'
import { addressProblem, checkUpstreamUrl, guardedLookup } from '../../src/outgoing/ssrf-guard.ts'

const never = [
  '169.254.169.254',
  'fe80::1',
  '::ffff:169.254.169.254',
  '100.100.100.200',
  'fd00:ec2::254',
  '168.63.129.16',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  '255.255.255.255',
]
const inside = [
  '127.0.0.1',
  '::1',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  'fd12::1',
  '::ffff:10.0.0.1',
  '100.64.0.1',
]
const outside = ['93.184.215.14', '2606:2800:220:1::1']

describe.each([true, false])('with private addresses allowed: %s', (allowPrivate) => {
  test('metadata and link-local addresses are never reached', () => {
    for (const address of never) expect(addressProblem(address, { allowPrivate })).not.toBeNull()
  })

  test('private ones are reached only where the operator allows it', () => {
    for (const address of inside) {
      const problem = addressProblem(address, { allowPrivate })
      expect([address, problem === null]).toEqual([address, allowPrivate])
    }
  })

  test('public ones are', () => {
    for (const address of outside) expect(addressProblem(address, { allowPrivate })).toBeNull()
  })
})

test('a URL is checked when it is saved', () => {
  const strict = { allowPrivate: false }
  expect(checkUpstreamUrl('https://api.example.com/v1', strict)).toBeNull()
  for (const bad of [
    'ftp://example.com',
    'file:///etc/passwd',
    'https://user:secret@example.com/v1',
    'https://example.com/v1?key=1',
    'http://127.0.0.1:8080/v1',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::ffff:7f00:1]/',
    'http://localhost/v1',
    'http://vendor.localhost/v1',
    'http://169.254.169.254/latest/meta-data',
    'not a url',
  ]) {
    expect([bad, checkUpstreamUrl(bad, strict)]).not.toEqual([bad, null])
  }
  expect(checkUpstreamUrl('http://127.0.0.1:8080/v1', { allowPrivate: true })).toBeNull()
  expect(checkUpstreamUrl('http://169.254.169.254/', { allowPrivate: true })).not.toBeNull()
})

test('a name that points to an inside address is refused when it is looked up', async () => {
  const look = (allowPrivate: boolean) =>
    new Promise((resolve) => {
      guardedLookup({ allowPrivate })('localhost', { family: 4 }, (error, address) =>
        resolve(error ? error.code : address),
      )
    })
  expect(await look(false)).toBe('ERR_UNSAFE_ADDRESS')
  expect(await look(true)).toBe('127.0.0.1')
})
