/** Workspaces: nothing particular but their parent, which resource.ts knows. */
import { workspace as contract } from '@commonhold/contract'
import { resourceImplementations } from './resource.ts'

export const workspaceImplementations = resourceImplementations('workspace', contract)
