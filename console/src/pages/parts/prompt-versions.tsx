/** The versions of a prompt, newest first, each with its labels; a label is moved from its menu. */
import { Group, Text } from '@mantine/core'
import { Tag as TagIcon } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { useMayOn } from '../../api/may.ts'
import { useList } from '../../api/query.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { NewButton, SideDrawer } from '../../ui/drawer.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useListState } from '../../ui/list-state.ts'
import { RowMenu } from '../../ui/row-menu.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { LabelForm } from './label-form.tsx'
import type { Prompt } from './prompt-form.tsx'
import { PromptText, type PromptVersion, PromptVersionForm } from './prompt-version-form.tsx'

const FORM_WIDTH_PX = 620

type Drawer = { show: 'text' | 'label'; version: PromptVersion } | null

export function PromptVersions({ prompt }: { prompt: Prompt }) {
  const list = useListState('-version')
  const versions = useList('prompt-version', list.query, client.promptVersion.list, {
    params: { prompt: prompt.id },
  })
  const mayChange = useMayOn('prompt', 'update', prompt)
  const [drawer, setDrawer] = useState<Drawer>(null)
  const newest = versions.data?.items[0]
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed">
          A version never changes again. Programs ask for one by its number or by a label.
        </Text>
        {mayChange && (
          <NewButton label="New version" size={FORM_WIDTH_PX}>
            {(close) => (
              <PromptVersionForm
                key={newest?.version}
                prompt={prompt.id}
                before={newest}
                close={close}
              />
            )}
          </NewButton>
        )}
      </Group>
      <DataTable
        label="Versions"
        list={list}
        query={versions}
        columns={columnsOf((version) => setDrawer({ show: 'text', version }))}
        rowKey={({ version }) => String(version)}
        rowActions={(version) => (
          <RowMenu
            label={`Actions for version ${version.version}`}
            actions={[
              mayChange && {
                label: 'Put a label on it',
                icon: <TagIcon size={14} aria-hidden />,
                onClick: () => setDrawer({ show: 'label', version }),
              },
            ]}
          />
        )}
        empty={<EmptyState title="No versions yet">Write the first one.</EmptyState>}
      />
      <SideDrawer
        title={drawer ? `Version ${drawer.version.version}` : ''}
        opened={drawer !== null}
        close={() => setDrawer(null)}
        size={FORM_WIDTH_PX}
      >
        {drawer?.show === 'text' && <PromptText version={drawer.version} />}
        {drawer?.show === 'label' && (
          <LabelForm version={drawer.version} close={() => setDrawer(null)} />
        )}
      </SideDrawer>
    </>
  )
}

function columnsOf(open: (version: PromptVersion) => void): Column<PromptVersion>[] {
  return [
    {
      id: 'version',
      header: 'Version',
      sort: 'version',
      width: 220,
      cell: (version) => (
        <Group gap={6}>
          <button type="button" className="text-button" onClick={() => open(version)}>
            Version {version.version}
          </button>
          {version.labels.map((label) => (
            <Tag key={label}>{label}</Tag>
          ))}
        </Group>
      ),
    },
    { id: 'note', header: 'Note', from: 'sm', cell: ({ note }) => note },
    {
      id: 'created',
      header: 'Created',
      width: 130,
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
  ]
}
