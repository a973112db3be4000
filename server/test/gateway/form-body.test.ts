/** Multipart bodies: they pass by byte for byte, and whatever could be read in two ways is refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  audioSecondsMax,
  audioSecondsPerCallMax,
} from '../../src/gateway/admission/audio-length.ts'
import { editedForm, parseFormBody } from '../../src/gateway/admission/form-body.ts'
import { toneOf } from '../../src/sandbox/audio.ts'

const type = 'multipart/form-data; boundary=bound'
const part = (head: string, value: string) => `--bound\r\n${head}\r\n\r\n${value}\r\n`
const field = (name: string, value: string) =>
  part(`Content-Disposition: form-data; name="${name}"`, value)
const bytesOf = (...parts: string[]) => Buffer.from(`${parts.join('')}--bound--\r\n`, 'latin1')
const parsed = (...parts: string[]) => parseFormBody(bytesOf(...parts), type)

test('the model is found behind the file, and replaced; every other byte stays as it was', async () => {
  const fields = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(fields, fc.boolean(), async (files, isLast) => {
      const form = new FormData()
      if (!isLast) form.append('model', 'sandbox/whisper')
      for (const [at, file] of files.entries())
        form.append(`file${at}`, new Blob([file.slice()]), `a "${at}".wav`)
      if (isLast) form.append('model', 'sandbox/whisper')
      const sent = new Request('http://localhost', { method: 'POST', body: form })
      const contentType = sent.headers.get('content-type')!
      const body = parseFormBody(Buffer.from(await sent.arrayBuffer()), contentType)
      expect(body.value.model).toBe('sandbox/whisper')
      const edits = new Map([
        ['model', 'whisper-1'],
        ['response_format', 'json'],
      ])
      const edited = new Uint8Array(editedForm(body.form, edits))
      const read = await new Response(edited, {
        headers: { 'content-type': contentType },
      }).formData()
      expect([read.get('model'), read.get('response_format')]).toEqual(['whisper-1', 'json'])
      for (const [at, file] of files.entries()) {
        expect(new Uint8Array(await (read.get(`file${at}`) as Blob).arrayBuffer())).toEqual(
          new Uint8Array(file),
        )
      }
    }),
    { numRuns: 50 },
  )
})

describe('what two readers could understand differently is refused', () => {
  const refused: readonly [string, () => unknown][] = [
    ['a field twice', () => parsed(field('model', 'a'), field('model', 'b'))],
    [
      'another name in the same part',
      () => parsed(part('Content-Disposition: form-data; name="model"; name="x"', 'a')),
    ],
    [
      'a name in another encoding',
      () => parsed(part(`Content-Disposition: form-data; name*=utf-8''model`, 'a')),
    ],
    [
      'a header twice',
      () =>
        parsed(
          part(
            'Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="model"',
            'a',
          ),
        ),
    ],
    [
      'an encoding of the transfer',
      () =>
        parsed(
          part(
            'Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64',
            'a',
          ),
        ),
    ],
    [
      'a boundary on a bare line feed',
      () => parsed(field('a', 'x\n--bound\nContent-Disposition: form-data; name="model"\n\nb')),
    ],
    [
      'something before it',
      () => parseFormBody(Buffer.concat([Buffer.from('x\r\n'), bytesOf(field('a', 'b'))]), type),
    ],
    [
      'something after it',
      () => parseFormBody(Buffer.concat([bytesOf(field('a', 'b')), Buffer.from('x')]), type),
    ],
    ['no end', () => parseFormBody(bytesOf(field('a', 'b')).subarray(0, -6), type)],
    ['no boundary', () => parseFormBody(bytesOf(field('a', 'b')), 'multipart/form-data')],
    ['JSON', () => parseFormBody(Buffer.from('{}'), 'application/json')],
    ['nothing', () => parseFormBody(Buffer.alloc(0), type)],
  ]
  test.each(refused)('%s', (_, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  test('and nothing makes the reader fail in another way', () => {
    const pieces = fc.constantFrom(
      '--bound',
      '--',
      '\r\n',
      '\r\n\r\n',
      'Content-Disposition: form-data; name="a"',
      'x',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (list) => {
        try {
          parseFormBody(Buffer.from(list.join('')), type)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_request' })
        }
      }),
    )
  })
})

describe('the length of a recording', () => {
  test('is what the header of a WAV file makes of its bytes', () => {
    expect([0.5, 2, 61.2].map((seconds) => audioSecondsMax(toneOf(seconds), null))).toEqual([
      1, 2, 62,
    ])
  })

  test('of an MP3 is a second for each thousand bytes at most', () => {
    const mp3 = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(5_997)])
    expect([audioSecondsMax(mp3, null), audioSecondsMax(mp3, 4)]).toEqual([6, 4])
  })

  test('of anything else is what the model declares, or a day', () => {
    const ogg = Buffer.from('OggS and so on')
    expect([audioSecondsMax(ogg, null), audioSecondsMax(ogg, 1_500)]).toEqual([
      audioSecondsPerCallMax,
      1_500,
    ])
  })

  test('of a WAV file whose header does not add up is not believed', () => {
    const lying = toneOf(1)
    lying.writeUInt32LE(1_000_000_000, 28)
    expect(audioSecondsMax(lying, null)).toBe(audioSecondsPerCallMax)
  })
})
