/** What a virtual model is here, and what people call how it chooses. */
import type { client } from '../../api/client.ts'

export type VirtualModel = Awaited<ReturnType<typeof client.virtualModel.get>>
export type Strategy = VirtualModel['strategy']
export type Sticky = NonNullable<VirtualModel['sticky']>

export const strategyLabels: Record<Strategy, string> = {
  priority: 'In order',
  weighted: 'By weight',
  latency: 'By latency',
}

export const stickyLabels: Record<Sticky, string> = {
  off: 'Each request anew',
  key: 'One target for each key that callers give',
  principal: 'One target for each user or virtual account',
}
