/** Secret groups: what access to secrets is granted on. */
import { secretGroup as contract } from '@commonhold/contract'
import { resourceImplementations } from './resource.ts'

export const secretGroupImplementations = resourceImplementations('secret-group', contract)
