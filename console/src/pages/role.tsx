/** A role: what it may, who has it, what happened to it. */
import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../api/acting.ts'
import { client } from '../api/client.ts'
import { useOne } from '../api/query.ts'
import { Confirm, type Confirmation } from '../ui/confirm.tsx'
import { SideDrawer, useDrawer } from '../ui/drawer.tsx'
import { ErrorState } from '../ui/empty-state.tsx'
import { Page } from '../ui/page.tsx'
import { useParam } from '../ui/param.ts'
import { paths } from '../ui/paths.ts'
import { PermissionMatrix } from '../ui/permission-matrix.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Tag } from '../ui/state.tsx'
import { ObjectTabs } from './parts/object-tabs.tsx'
import { ROLE_DRAWER_PX, type Role, RoleForm } from './parts/role-form.tsx'

export function RolePage() {
  const reference = useParam('role')
  const { account, boundary } = useActing()
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const role = useOne('role', reference, (account) => client.role.get({ account, role: reference }))
  const parent = { label: 'Roles', to: paths.roles(account) }
  if (role.error && role.data === undefined) {
    return (
      <Page title="Role" parent={parent}>
        <ErrorState error={role.error} retry={role.refetch} />
      </Page>
    )
  }
  const one = role.data
  return (
    <Page
      title={one && (one.displayName || one.name)}
      parent={parent}
      badge={one?.builtIn && <Tag>Built-in</Tag>}
      description={one?.description}
      actions={one && !one.builtIn && <Actions role={one} ask={setAsked} />}
    >
      <ObjectTabs
        object={one}
        own={[
          {
            id: 'permissions',
            label: 'Permissions',
            content: () =>
              one && (
                <PermissionMatrix
                  label={`Permissions of ${one.name}`}
                  permissions={one.permissions}
                  boundary={boundary}
                />
              ),
          },
        ]}
        accessBy="role"
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

interface ActionsProps {
  role: Role
  ask: (confirmation: Confirmation) => void
}

function Actions({ role, ask }: ActionsProps) {
  const { account, accountId, may } = useActing()
  const navigate = useNavigate()
  const edit = useDrawer('edit')
  const params = { account, role: role.id }
  const isOwn = role.account === accountId
  const remove = () =>
    ask({
      title: `Delete ${role.displayName || role.name}?`,
      text: 'A role can be deleted once nobody has it any more.',
      verb: 'Delete',
      done: 'Role deleted.',
      preview: () => client.role.delete(params, { dryRun: true }),
      act: () => client.role.delete(params),
      onDone: () => navigate({ to: paths.roles(account) }),
    })
  const saved = (next: Role) => {
    if (next.name === role.name) edit.close()
    else void navigate({ to: paths.role(account, next.name), replace: true })
  }
  if (!isOwn) return <Tag>The tenant’s</Tag>
  return (
    <>
      {may('role:update') && (
        <Button leftSection={<Pencil size={13} aria-hidden />} onClick={() => edit.open()}>
          Edit
        </Button>
      )}
      <RowMenu
        label="More actions"
        actions={[
          may('role:delete') && {
            label: 'Delete',
            icon: <Trash2 size={14} aria-hidden />,
            onClick: remove,
            isDestructive: true,
          },
        ]}
      />
      <SideDrawer title="Edit role" size={ROLE_DRAWER_PX} opened={edit.opened} close={edit.close}>
        <RoleForm role={role} close={edit.close} saved={saved} />
      </SideDrawer>
    </>
  )
}
