/** Gemini's generateContent: https://ai.google.dev/api/generate-content. Providers speak it, no client. */
import { isObject } from '../../admission/json-body.ts'
import type { ProviderWire } from '../dialect.ts'
import { readWholeAnswer } from '../whole-answer.ts'
import { partsOf, readAnswer, readPart } from './answer.ts'
import { writeRequest } from './request-writer.ts'
import { GeminiStreamReader } from './stream-reader.ts'
import { readUsage } from './usage.ts'

export const geminiGenerate: ProviderWire = {
  writeRequest,
  readAnswer,
  reader: () => new GeminiStreamReader(),
  readWhole: (body) =>
    readWholeAnswer(body, {
      usageField: 'usageMetadata',
      readUsage,
      writtenIn: ({ candidates }) =>
        (Array.isArray(candidates) ? candidates.filter(isObject) : [])
          .flatMap(partsOf)
          .flatMap((part) => readPart(part, ''))
          .map((part) => ('text' in part ? part.text : ''))
          .join(''),
    }),
}
