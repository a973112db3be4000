/**
 * Amazon Bedrock's Converse, which has one form for the models of every maker. Providers speak it, no
 * client: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
import type { ProviderWire } from '../dialect.ts'
import { readWholeAnswer } from '../whole-answer.ts'
import { readAnswer, writtenIn } from './answer.ts'
import { framesType } from './frames.ts'
import { writeRequest } from './request-writer.ts'
import { ConverseStreamReader } from './stream-reader.ts'
import { readUsage } from './usage.ts'

export const bedrockConverse: ProviderWire = {
  writeRequest,
  readAnswer,
  streamType: framesType,
  reader: () => new ConverseStreamReader(),
  readWhole: (body) => readWholeAnswer(body, { usageField: 'usage', readUsage, writtenIn }),
}
