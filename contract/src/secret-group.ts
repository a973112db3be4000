/** Secret groups: what access to secrets is granted on. */
import { description } from './fields.ts'
import { resourceOperations } from './resource.ts'

export const secretGroup = resourceOperations('secret-group', {
  a: 'a secret group',
  spec: { description: description.optional() },
})
