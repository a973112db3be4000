/** Anthropic's messages: https://docs.claude.com/en/api/messages */
import type { Dialect } from '../dialect.ts'
import { readAnswer, writeAnswer } from './answer.ts'
import { errorBody, errorEvent } from './errors.ts'
import { readRequest } from './request-reader.ts'
import { writeRequest } from './request-writer.ts'
import { MessagesScanner, readWholeMessage } from './scanner.ts'
import { MessagesStreamReader } from './stream-reader.ts'
import { MessagesStreamWriter } from './stream-writer.ts'

export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  alwaysHasUsage: true,
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  reader: () => new MessagesStreamReader(),
  writer: (context) => new MessagesStreamWriter(context),
  scanner: () => new MessagesScanner(),
  readWhole: readWholeMessage,
  errorBody,
  errorEvent,
}
