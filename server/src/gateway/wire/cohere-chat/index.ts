/** Cohere's chat, second version: https://docs.cohere.com/reference/chat. Providers speak it, no client. */
import { isObject } from '../../admission/json-body.ts'
import type { ProviderWire } from '../dialect.ts'
import { readWholeAnswer } from '../whole-answer.ts'
import { readAnswer, readParts } from './answer.ts'
import { writeRequest } from './request-writer.ts'
import { CohereStreamReader } from './stream-reader.ts'
import { readUsage } from './usage.ts'

export const cohereChat: ProviderWire = {
  writeRequest,
  readAnswer,
  reader: () => new CohereStreamReader(),
  readWhole: (body) =>
    readWholeAnswer(body, {
      usageField: 'usage',
      readUsage,
      writtenIn: ({ message }) =>
        (isObject(message) ? readParts(message) : [])
          .map((part) => {
            if (part.type === 'tool_call') return part.name + part.arguments
            return 'text' in part ? part.text : ''
          })
          .join(''),
    }),
}
