/** What can be done with a row or an object, behind three dots. */
import { ActionIcon, Menu } from '@mantine/core'
import { Ellipsis } from 'lucide-react'
import type { ReactNode } from 'react'

export interface MenuAction {
  label: string
  icon?: ReactNode
  onClick: () => void
  isDestructive?: boolean
  /** Why it can't be done now; it is shown and disabled then. */
  disabledBecause?: string | undefined
}

interface RowMenuProps {
  /** "Actions for research" */
  label: string
  actions: readonly (MenuAction | false)[]
}

export function RowMenu({ label, actions }: RowMenuProps) {
  const shown = actions.filter((action) => action !== false)
  if (shown.length === 0) return null
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={label}>
          <Ellipsis size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {shown.map((action) => (
          <Menu.Item
            key={action.label}
            leftSection={action.icon}
            onClick={action.onClick}
            disabled={action.disabledBecause !== undefined}
            title={action.disabledBecause}
            {...(action.isDestructive ? { color: 'red' } : {})}
          >
            {action.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
