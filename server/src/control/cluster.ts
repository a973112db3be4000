/** Clusters. The address of the API server is one that a tenant names, so the guard sees it. */
import { cluster as contract } from '@commonhold/contract'
import { resourceImplementations } from './resource.ts'
import { assertSafeUrl } from './upstream-url.ts'

export const clusterImplementations = resourceImplementations('cluster', contract, {
  writeOnly: [],
  check: async (c, { before, spec }) => {
    if (spec.apiServer !== before?.spec.apiServer) assertSafeUrl(c, 'apiServer', spec.apiServer)
    return spec
  },
})
