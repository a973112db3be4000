/** Workspaces: namespaces in a cluster. */
import { z } from 'zod'
import { resourceOperations } from './resource.ts'

export const workspace = resourceOperations('workspace', {
  a: 'a workspace',
  spec: {
    namespace: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'is a Kubernetes namespace (RFC 1123 label)')
      .optional(),
  },
})
