/**
 * Making a role, or changing one: its names and its permissions, by kind and action. Who would lose and
 * gain what by a change is shown before it is saved.
 */
import { Alert, Textarea } from '@mantine/core'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { Foresee } from '../../ui/foresee.tsx'
import { given, useForm } from '../../ui/form.ts'
import { counted } from '../../ui/format.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { PermissionPicker } from '../../ui/permission-picker.tsx'

export type Role = Awaited<ReturnType<typeof client.role.get>>

/** Wide enough for six actions beside each kind. */
export const ROLE_DRAWER_PX = 620

interface RoleFormProps {
  /** Absent: a new one. */
  role?: Role
  close: () => void
  saved: (role: Role) => void
}

export function RoleForm({ role, close, saved }: RoleFormProps) {
  const { account, boundary, permissions: held } = useActing()
  const form = useForm({
    initial: {
      displayName: role?.displayName ?? '',
      name: role?.name ?? '',
      description: role?.description ?? '',
      permissions: (role?.permissions ?? []) as string[],
    },
    submit: (values, account) => {
      const permissions = values.permissions as Role['permissions']
      const body = { name: values.name, displayName: given(values.displayName), permissions }
      const { description } = values
      return role === undefined
        ? client.role.create({ account }, { ...body, description: given(description) })
        : client.role.update(
            { account, role: role.id },
            { ...body, description },
            { ifMatch: role.revision },
          )
    },
    done: (one) => (role === undefined ? `Role ${one.displayName} created.` : 'Saved.'),
    onDone: saved,
  })
  const beyond = form.values.permissions.filter((name) => !held.includes(name))
  return (
    <FormBody form={form} submitLabel={role === undefined ? 'Create role' : 'Save'} close={close}>
      <NameFields form={form} placeholder="Model operator" />
      <Textarea
        label="What it is for"
        autosize
        minRows={2}
        maxRows={6}
        {...form.text('description')}
      />
      <PermissionPicker
        label="It may"
        available={[...new Set([...boundary, ...(role?.permissions ?? [])])]}
        value={form.values.permissions}
        error={form.errorOf('permissions')}
        onChange={(next) => form.set('permissions', next)}
      />
      {role !== undefined && (
        <Foresee
          body={isSame(role.permissions, form.values.permissions) ? null : form.values.permissions}
          preview={(permissions) =>
            client.role.update(
              { account, role: role.id },
              { permissions: permissions as Role['permissions'] },
              { dryRun: true },
            )
          }
        />
      )}
      {role === undefined && beyond.length > 0 && (
        <Alert color="yellow" variant="light">
          You do not hold {counted(beyond.length, 'of these permission', 'of these permissions')}{' '}
          yourself: {beyond.slice(0, 4).join(', ')}
          {beyond.length > 4 ? ' …' : ''}. Nobody hands out what they do not hold, so this will be
          refused where it adds one of them.
        </Alert>
      )}
    </FormBody>
  )
}

function isSame(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((permission) => after.includes(permission))
}
