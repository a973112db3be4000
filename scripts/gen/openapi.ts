/** contract/openapi.json: the document that other tools read. */
import { operations } from '@commonhold/contract'
import { openApi } from '../../contract/src/openapi.ts'
import type { GeneratedFile } from './generated-file.ts'

export const document = openApi(operations)

export function openApiFile(): GeneratedFile {
  return { path: 'contract/openapi.json', text: `${JSON.stringify(document, null, 2)}\n` }
}
