/** OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat */
import { errorBody, errorEvent } from '../../call/failure.ts'
import type { Dialect } from '../dialect.ts'
import { readAnswer, writeAnswer } from './answer.ts'
import { readRequest } from './request-reader.ts'
import { writeRequest } from './request-writer.ts'
import { ChatScanner, readWholeChat } from './scanner.ts'
import { ChatStreamReader } from './stream-reader.ts'
import { ChatStreamWriter } from './stream-writer.ts'

export const openaiChat: Dialect = {
  name: 'openai-chat',
  alwaysHasUsage: false,
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  reader: () => new ChatStreamReader(),
  writer: (context) => new ChatStreamWriter(context),
  scanner: (options) => new ChatScanner(options),
  readWhole: readWholeChat,
  errorBody,
  errorEvent,
}
