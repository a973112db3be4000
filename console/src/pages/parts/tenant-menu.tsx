/** What an operator can do with a tenant: suspend it, resume it, delete it for good. */
import { CirclePause, CirclePlay, Trash2 } from 'lucide-react'
import { operatorClient } from '../../api/client.ts'
import type { OperatorTenant } from '../../api/operator.ts'
import type { Confirmation } from '../../ui/confirm.tsx'
import { RowMenu } from '../../ui/row-menu.tsx'

interface TenantMenuProps {
  tenant: OperatorTenant
  ask: (confirmation: Confirmation) => void
}

export function TenantMenu({ tenant, ask }: TenantMenuProps) {
  const params = { tenant: tenant.id }
  const called = tenant.displayName || tenant.name
  const { suspend, resume, delete: remove } = operatorClient.operatorTenant
  return (
    <RowMenu
      label={`Actions for ${called}`}
      actions={[
        tenant.state === 'active' && {
          label: 'Suspend',
          icon: <CirclePause size={14} aria-hidden />,
          onClick: () =>
            ask({
              title: `Suspend ${called}?`,
              text: 'Open sessions and streams end at once. Everything is kept, and it can be resumed at any time.',
              verb: 'Suspend',
              done: `${called} is suspended.`,
              preview: () => suspend(params, { dryRun: true }),
              act: () => suspend(params),
            }),
        },
        tenant.state === 'suspended' && {
          label: 'Resume',
          icon: <CirclePlay size={14} aria-hidden />,
          onClick: () =>
            ask({
              title: `Resume ${called}?`,
              text: 'Its people can sign in again, and its tokens work again.',
              verb: 'Resume',
              done: `${called} is active again.`,
              isDestructive: false,
              preview: () => resume(params, { dryRun: true }),
              act: () => resume(params),
            }),
        },
        tenant.state !== 'deleted' && {
          label: 'Delete',
          icon: <Trash2 size={14} aria-hidden />,
          isDestructive: true,
          onClick: () =>
            ask({
              title: `Delete ${called} for good?`,
              text: 'Its key is destroyed, and with it every secret that it kept. Nobody can bring them back.',
              verb: 'Delete for good',
              done: `${called} is deleted.`,
              preview: () => remove(params, { dryRun: true }),
              act: () => remove(params),
            }),
        },
      ]}
    />
  )
}
