/**
 * Transcripts as text or subtitles. In these forms the provider tells no length, by which it bills; so it
 * is asked for one that has it, and the form that the client wants is written here.
 */
import { isObject, type JsonObject } from '../../admission/json-body.ts'

export type WrittenForm = 'text' | 'srt' | 'vtt'

/** By what the client asks for, what the provider is asked for. */
export const askedInstead: Readonly<Record<WrittenForm, string>> = {
  text: 'json',
  srt: 'verbose_json',
  vtt: 'verbose_json',
}

export function isWrittenForm(value: unknown): value is WrittenForm {
  return value === 'text' || value === 'srt' || value === 'vtt'
}

export const contentTypes: Readonly<Record<WrittenForm, string>> = {
  text: 'text/plain; charset=utf-8',
  srt: 'text/plain; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
}

/** @returns null where the provider's answer has no transcript in it */
export function writtenTranscript(value: JsonObject, form: WrittenForm): string | null {
  const { text, segments } = value
  if (form === 'text') return typeof text === 'string' ? `${text}\n` : null
  if (!Array.isArray(segments)) return null
  const mark = form === 'srt' ? ',' : '.'
  const cues = segments.filter(isObject).map((one, index) => {
    const line = `${clock(one.start, mark)} --> ${clock(one.end, mark)}\n${String(one.text).trim()}\n`
    return form === 'srt' ? `${index + 1}\n${line}` : line
  })
  return (form === 'vtt' ? 'WEBVTT\n\n' : '') + cues.map((cue) => `${cue}\n`).join('')
}

function clock(seconds: unknown, mark: string): string {
  const ms = Math.round(Number(seconds) * 1_000) || 0
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const rest = String(ms % 1_000).padStart(3, '0')
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1_000) % 60)}${mark}${rest}`
}
