/**
 * POST /v1/images/generations, edits and variations: a small square whose colour is a hash of the prompt.
 * Every picture is counted; the model that is sold by tokens counts those as well.
 */

import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import type { Connection } from './connection.ts'
import { invalidParameter } from './errors.ts'
import type { Meter } from './meter.ts'
import { type JsonObject, textOf } from './request.ts'
import { countTokens } from './tokens.ts'
import { countIn, formOf, sendUnits, sendUnitsJson, unitModel } from './unit-request.ts'

const TOKENS_PER_PICTURE = 272
const TOKENS_PER_PICTURE_GIVEN = 194
const SIDE_PIXELS = 8

export async function serveImages(
  connection: Connection,
  key: string,
  meter: Meter,
  path: string,
): Promise<void> {
  const isForm = !path.endsWith('/generations')
  const body = isForm ? await formOf(connection) : await connection.body()
  const model = await unitModel(connection, body, 'image')
  const prompt = textOf(body.prompt)
  const needsPrompt = !path.endsWith('/variations')
  if (needsPrompt && prompt === '') throw invalidParameter('prompt', "'prompt' must be a text.")
  const isStream = body.stream === true || body.stream === 'true'
  const count = countIn(body, 'n')
  const isByTokens = model.reply === 'tokens'
  const inputTokens = countTokens(prompt) + (isForm ? TOKENS_PER_PICTURE_GIVEN : 0)
  meter.begin(key, isByTokens ? inputTokens : 0)
  meter.sent(key, isByTokens ? TOKENS_PER_PICTURE * count : 0)
  meter.units(key, 'image', count)
  const tokens = usageOf(inputTokens, TOKENS_PER_PICTURE * count)
  const usage = isByTokens && model.fault !== 'no_usage' ? { usage: tokens } : {}
  const data = Array.from({ length: count }, (_, at) => pictureOf(body, prompt, at))
  const created = Math.floor(Date.now() / 1000)
  if (!isStream) return await sendUnitsJson(connection, model, { created, data, ...usage })
  const type = isForm ? 'image_edit' : 'image_generation'
  const events = data.map(({ b64_json }) => ({
    type: `${type}.completed`,
    b64_json,
    created_at: created,
    usage: usageOf(inputTokens / count, TOKENS_PER_PICTURE),
  }))
  const partial = {
    type: `${type}.partial_image`,
    b64_json: data[0]!.b64_json,
    partial_image_index: 0,
  }
  const text = [partial, ...events].map(
    (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
  )
  await sendUnits(connection, model, 'text/event-stream', Buffer.from(text.join('')))
}

function usageOf(input: number, output: number) {
  return { input_tokens: input, output_tokens: output, total_tokens: input + output }
}

function pictureOf(body: JsonObject, prompt: string, at: number) {
  const digest = createHash('sha256').update(`${prompt} ${at}`).digest()
  const png = pngOf(digest.subarray(0, 3))
  if (body.response_format !== 'url') return { b64_json: png.toString('base64') }
  return { url: `data:image/png;base64,${png.toString('base64')}` }
}

/** One colour, without anything that a reader of PNG does not need. */
function pngOf(rgb: Buffer): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(SIDE_PIXELS, 0)
  head.writeUInt32BE(SIDE_PIXELS, 4)
  head.set([8, 2], 8)
  const row = Buffer.concat([Buffer.of(0), ...Array.from({ length: SIDE_PIXELS }, () => rgb)])
  const rows = Buffer.concat(Array.from({ length: SIDE_PIXELS }, () => row))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    chunkOf('IHDR', head),
    chunkOf('IDAT', deflateSync(rows)),
    chunkOf('IEND', Buffer.alloc(0)),
  ])
}

function chunkOf(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)])
}
