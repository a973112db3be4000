/**
 * OpenAI's Responses: https://platform.openai.com/docs/api-reference/responses. They pass by to providers
 * that serve them; no other format is translated into them or from them.
 */
import { errorBody } from '../../call/failure.ts'
import type { PassingWire } from '../dialect.ts'
import { ResponsesScanner, readWholeResponse } from './scanner.ts'

export const openaiResponses: PassingWire = {
  scanner: () => new ResponsesScanner(),
  readWhole: readWholeResponse,
  errorBody,
  errorEvent(failure) {
    const { error } = JSON.parse(errorBody(failure)) as { error: object }
    // Its documented event has the fields at the top; client libraries look for `error`.
    return `event: error\ndata: ${JSON.stringify({ type: 'error', ...error, error })}\n\n`
  },
}
