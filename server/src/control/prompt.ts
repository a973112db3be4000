/** Prompts, the objects; what they say is in their versions (prompt-version.ts). */
import { prompt as contract } from '@commonhold/contract'
import { resourceImplementations } from './resource.ts'

export const promptImplementations = resourceImplementations('prompt', contract)
