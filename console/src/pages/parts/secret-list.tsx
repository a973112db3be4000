/** The secrets of a group. Revealing one is a read that the audit log tells. */
import { Eye, KeyRound, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { useMayOn } from '../../api/may.ts'
import { useChange, useList } from '../../api/query.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { ListToolbar } from '../../ui/list-toolbar.tsx'
import { createdColumn, nameColumn } from '../../ui/resource-columns.tsx'
import { RowMenu } from '../../ui/row-menu.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'
import { type Secret, SecretForm } from './secret-form.tsx'

interface SecretListProps {
  group: { id: string; shared: boolean }
}

export function SecretList({ group }: SecretListProps) {
  const { account } = useActing()
  const list = useListState('name')
  const query = { ...list.query, 'filter[secretGroup]': group.id }
  const secrets = useList('secret', query, client.secret.list)
  const may = useMayOnSecrets(group)
  const [value, setValue] = useState<string | null>(null)
  const [edited, setEdited] = useState<Secret | null>(null)
  const [asked, setAsked] = useState<Confirmation | null>(null)
  const reveal = useChange(
    (secret: Secret, account) => client.secret.reveal({ account, secret: secret.id }),
    { onDone: (shown) => setValue(shown.value) },
  )
  const remove = (secret: Secret) => setAsked(deletionOf(account, secret))
  return (
    <>
      <ListToolbar
        list={list}
        searchLabel="Search secrets"
        actions={
          may.create && (
            <NewButton label="New secret">
              {(close) => <SecretForm group={group.id} close={close} />}
            </NewButton>
          )
        }
      />
      <DataTable
        label="Secrets"
        list={list}
        query={secrets}
        columns={[nameColumn<Secret>('Secret'), createdColumn<Secret>()]}
        rowKey={({ id }) => id}
        rowActions={(secret) => (
          <RowMenu
            label={`Actions for ${secret.name}`}
            actions={[
              may.use && {
                label: 'Reveal the value',
                icon: <Eye size={14} aria-hidden />,
                onClick: () => reveal.mutate(secret),
              },
              may.update && {
                label: 'Replace the value',
                icon: <KeyRound size={14} aria-hidden />,
                onClick: () => setEdited(secret),
              },
              may.delete && {
                label: 'Delete',
                icon: <Trash2 size={14} aria-hidden />,
                onClick: () => remove(secret),
                isDestructive: true,
              },
            ]}
          />
        )}
        empty={<EmptyState title="No secrets in this group" />}
      />
      <SideDrawer title="Replace the value" opened={edited !== null} close={() => setEdited(null)}>
        {edited && <SecretForm group={group.id} secret={edited} close={() => setEdited(null)} />}
      </SideDrawer>
      <RevealedValue value={value} close={() => setValue(null)} />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </>
  )
}

/** The right is held on the group; what is in it follows. */
function useMayOnSecrets(group: SecretListProps['group']) {
  return {
    create: useMayOn('secret', 'create', group, 'secret-group'),
    use: useMayOn('secret', 'use', group, 'secret-group'),
    update: useMayOn('secret', 'update', group, 'secret-group'),
    delete: useMayOn('secret', 'delete', group, 'secret-group'),
  }
}

function deletionOf(account: string, secret: Secret): Confirmation {
  return {
    title: `Delete ${secret.name}?`,
    text: 'Its value can’t be had back.',
    verb: 'Delete',
    done: `${secret.name} deleted.`,
    preview: () => client.secret.delete({ account, secret: secret.id }, { dryRun: true }),
    act: () => client.secret.delete({ account, secret: secret.id }),
  }
}

function RevealedValue({ value, close }: { value: string | null; close: () => void }) {
  return (
    <SecretOnce
      title="Value of the secret"
      secret={value}
      note="That you have read it is in the audit log."
      closeLabel="Close"
      close={close}
    />
  )
}
