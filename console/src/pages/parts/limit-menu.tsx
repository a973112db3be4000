/** What can be done with a budget or usage limit, unless the tenant has set it. */
import { Pencil, Trash2, TrendingUp } from 'lucide-react'
import { useActing } from '../../api/acting.ts'
import type { Confirmation } from '../../ui/confirm.tsx'
import { RowMenu } from '../../ui/row-menu.tsx'

interface LimitMenuProps {
  kind: 'budget' | 'usage-limit'
  limit: { id: string; name: string; imposed: boolean }
  edit: (id: string) => void
  raise: (id: string) => void
  remove: () => void
}

export function LimitMenu({ kind, limit, edit, raise, remove }: LimitMenuProps) {
  const { may } = useActing()
  const disabledBecause = limit.imposed
    ? 'The tenant has set it; only its admins can change it.'
    : undefined
  const noun = kind === 'budget' ? 'budget' : 'limit'
  return (
    <RowMenu
      label={`Actions for the ${noun} ${limit.name}`}
      actions={[
        may(`${kind}:update`) && {
          label: 'Edit',
          icon: <Pencil size={14} aria-hidden />,
          onClick: () => edit(limit.id),
          disabledBecause,
        },
        may(`${kind}:update`) && {
          label: 'Raise for a time',
          icon: <TrendingUp size={14} aria-hidden />,
          onClick: () => raise(limit.id),
          disabledBecause,
        },
        may(`${kind}:delete`) && {
          label: 'Delete',
          icon: <Trash2 size={14} aria-hidden />,
          onClick: remove,
          isDestructive: true,
          disabledBecause,
        },
      ]}
    />
  )
}

interface Removal {
  noun: string
  limit: { name: string; displayName: string }
  text: string
  preview: NonNullable<Confirmation['preview']>
  act: Confirmation['act']
}

/** What is asked before one is deleted. */
export function removalOf({ noun, limit, ...rest }: Removal): Confirmation {
  return {
    title: `Delete the ${noun} ${limit.displayName || limit.name}?`,
    verb: 'Delete',
    done: `${noun.charAt(0).toUpperCase()}${noun.slice(1)} deleted.`,
    ...rest,
  }
}
