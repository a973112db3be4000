/**
 * Speech and transcripts. Speech is a tone as long as the text, in WAV whatever is asked for; a transcript
 * says how long the recording is, and does not listen. Both are the same for the same input.
 */

import type { Connection } from './connection.ts'
import { invalidParameter } from './errors.ts'
import type { Meter } from './meter.ts'
import type { SandboxModel } from './models.ts'
import { type JsonObject, textOf } from './request.ts'
import { countTokens } from './tokens.ts'
import { formOf, sendUnits, sendUnitsJson, unitModel } from './unit-request.ts'

const SAMPLES_PER_SECOND = 8_000
const MS_PER_CHARACTER = 20
const CHARACTERS_MAX = 4_096
const TOKENS_PER_SECOND = 10

export async function serveSpeech(
  connection: Connection,
  key: string,
  meter: Meter,
): Promise<void> {
  const body = await connection.body()
  const model = await unitModel(connection, body, 'speech')
  const input = textOf(body.input)
  const characters = [...input].length
  if (characters < 1 || characters > CHARACTERS_MAX) {
    throw invalidParameter('input', `'input' must have 1 to ${CHARACTERS_MAX} characters.`)
  }
  meter.begin(key, 0)
  meter.units(key, 'character', characters)
  const wav = toneOf((characters * MS_PER_CHARACTER) / 1_000)
  await sendUnits(connection, model, 'audio/wav', wav)
}

/** A tone of 220 Hz, of eight bits a sample. */
export function toneOf(seconds: number): Buffer {
  const samples = Math.round(seconds * SAMPLES_PER_SECOND)
  const wav = Buffer.alloc(44 + samples)
  wav.write('RIFF\0\0\0\0WAVEfmt ', 'latin1')
  wav.writeUInt32LE(36 + samples, 4)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 24)
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 28)
  wav.writeUInt16LE(1, 32)
  wav.writeUInt16LE(8, 34)
  wav.write('data', 36, 'latin1')
  wav.writeUInt32LE(samples, 40)
  for (let at = 0; at < samples; at++) {
    wav[44 + at] = 128 + Math.round(96 * Math.sin((2 * Math.PI * 220 * at) / SAMPLES_PER_SECOND))
  }
  return wav
}

export async function serveTranscription(
  connection: Connection,
  key: string,
  meter: Meter,
): Promise<void> {
  const body = await formOf(connection)
  const model = await unitModel(connection, body, 'transcription')
  const { file } = body
  if (!(file instanceof Blob)) throw invalidParameter('file', "'file' must be a recording.")
  const seconds = secondsOf(Buffer.from(await file.arrayBuffer()))
  const text = `This is the Commonhold sandbox: nobody listened to ${seconds.toFixed(1)} seconds of sound.`
  const isByTokens = model.reply === 'tokens'
  const inputTokens = Math.ceil(seconds) * TOKENS_PER_SECOND
  const outputTokens = countTokens(text)
  meter.begin(key, isByTokens ? inputTokens : 0)
  meter.sent(key, isByTokens ? outputTokens : 0)
  meter.units(key, 'audio_second', Math.ceil(seconds))
  const byTokens = {
    type: 'tokens',
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  }
  const usage = isByTokens ? byTokens : { type: 'duration', seconds: Math.ceil(seconds) }
  if (body.stream === 'true') return await streamText(connection, model, text, usage)
  await sendText(connection, model, body, { text, seconds, usage })
}

interface Transcript {
  readonly text: string
  readonly seconds: number
  readonly usage: object
}

/** As vendors do, it tells no usage in any form but JSON. */
function sendText(
  connection: Connection,
  model: SandboxModel,
  body: JsonObject,
  { text, seconds, usage }: Transcript,
) {
  const plain = 'text/plain; charset=utf-8'
  const cue = `00:00:00,000 --> 00:00:01,000\n${text}\n`
  const told = model.fault === 'no_usage' ? {} : { usage }
  switch (body.response_format) {
    case 'text':
      return sendUnits(connection, model, plain, Buffer.from(`${text}\n`))
    case 'srt':
      return sendUnits(connection, model, plain, Buffer.from(`1\n${cue}\n`))
    case 'vtt':
      return sendUnits(connection, model, 'text/vtt', Buffer.from(`WEBVTT\n\n${cue}\n`))
    case 'verbose_json': {
      const segments = [{ id: 0, start: 0, end: seconds, text: ` ${text}` }]
      const whole = {
        task: 'transcribe',
        language: 'english',
        duration: seconds,
        text,
        segments,
        ...told,
      }
      return sendUnitsJson(connection, model, whole)
    }
    default:
      return sendUnitsJson(connection, model, { text, ...told })
  }
}

function streamText(connection: Connection, model: SandboxModel, text: string, usage: object) {
  const deltas = text.split(/(?<= )/).map((delta) => ({ type: 'transcript.text.delta', delta }))
  const events = [...deltas, { type: 'transcript.text.done', text, usage }]
  const sent = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  return sendUnits(connection, model, 'text/event-stream', Buffer.from(sent.join('')))
}

/** Of a WAV file as its header has it; of anything else, a second for each 16 kB. */
function secondsOf(bytes: Buffer): number {
  const isWav = bytes.length > 44 && bytes.toString('latin1', 0, 4) === 'RIFF'
  return isWav ? (bytes.length - 44) / bytes.readUInt32LE(28) : bytes.length / 16_384
}
