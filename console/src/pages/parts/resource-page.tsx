/**
 * The page of one resource, whatever its kind: its name, what can be done with it, its facts, then
 * who reaches it and what happened to it. A kind's own page says only what is particular.
 */

import type { DryRun } from '@commonhold/sdk'
import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { ArrowLeftRight, Pencil, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useActing } from '../../api/acting.ts'
import { useMayOn } from '../../api/may.ts'
import { isTransferable } from '../../api/transfer.ts'
import { Confirm, type Confirmation } from '../../ui/confirm.tsx'
import { Copyable } from '../../ui/copy.tsx'
import { Details, DetailsSkeleton, type Fact } from '../../ui/details.tsx'
import { SideDrawer, useDrawer } from '../../ui/drawer.tsx'
import { ErrorState } from '../../ui/empty-state.tsx'
import { Page } from '../../ui/page.tsx'
import type { Tab } from '../../ui/page-tabs.tsx'
import { RowMenu } from '../../ui/row-menu.tsx'
import { Tag } from '../../ui/state.tsx'
import { Time } from '../../ui/time.tsx'
import { ObjectTabs } from './object-tabs.tsx'
import { TransferOffer } from './transfer-offer.tsx'

export interface Resource {
  id: string
  name: string
  displayName: string
  shared: boolean
  createdAt: string
  updatedAt: string
  revision: number
}

interface ResourcePageProps<T extends Resource> {
  /** As in permissions: `provider-account`. */
  kind: string
  /** In a sentence: "provider". */
  noun: string
  query: { data: T | undefined; error: unknown; refetch: () => unknown }
  parent: { label: string; to: string }
  title?: (object: T) => string
  facts: (object: T) => readonly Fact[]
  /** Under the facts, in the same tab. */
  below?: (object: T) => ReactNode
  /** Before the facts: what one usually comes for, such as the models of a provider. */
  tabs?: (object: T) => readonly (Tab | false)[]
  actions?: (object: T) => ReactNode
  editForm: (object: T, close: () => void) => ReactNode
  /** What deleting means, in a sentence. */
  deleteText: string
  previewDelete: (object: T) => Promise<DryRun<unknown>>
  delete: (object: T) => Promise<unknown>
  usageBy?: 'model'
}

export function ResourcePage<T extends Resource>(props: ResourcePageProps<T>) {
  const { query, parent, kind, noun, title = (object) => object.displayName || object.name } = props
  const object = query.data
  const [asked, setAsked] = useState<Confirmation | null>(null)
  if (query.error && object === undefined) {
    return (
      <Page title={noun} parent={parent}>
        <ErrorState error={query.error} retry={query.refetch} />
      </Page>
    )
  }
  const overview: Tab = {
    id: 'overview',
    label: 'Overview',
    content: () => <Overview {...props} object={object} />,
  }
  return (
    <Page
      title={object && title(object)}
      parent={parent}
      badge={object?.shared && <Tag>Shared with this account</Tag>}
      actions={object && <Actions {...props} object={object} ask={setAsked} />}
    >
      <ObjectTabs
        object={object}
        own={[...(object && props.tabs ? props.tabs(object) : []), overview]}
        accessBy="resource"
        grantOn={kind}
        {...(props.usageBy === undefined ? {} : { usageBy: props.usageBy })}
      />
      <Confirm confirmation={asked} close={() => setAsked(null)} />
    </Page>
  )
}

function Overview<T extends Resource>(props: ResourcePageProps<T> & { object: T | undefined }) {
  const { object, facts, below } = props
  if (object === undefined) return <DetailsSkeleton />
  return (
    <>
      <Details
        facts={[
          ['Name', <Copyable key="name" value={object.name} label="Copy the name" />],
          ...facts(object),
          ['Id', <Copyable key="id" value={object.id} label="Copy the id" />],
          ['Created', <Time key="created" at={object.createdAt} />],
          ['Changed', <Time key="updated" at={object.updatedAt} />],
        ]}
      />
      {below?.(object)}
    </>
  )
}

interface ActionsProps {
  ask: (confirmation: Confirmation) => void
}

function Actions<T extends Resource>(props: ResourcePageProps<T> & ActionsProps & { object: T }) {
  const { object, kind, noun, parent, ask } = props
  const navigate = useNavigate()
  const edit = useDrawer('edit')
  const transfer = useDrawer('transfer')
  const { knowsAccounts } = useActing()
  const mayUpdate = useMayOn(kind, 'update', object)
  const mayDelete = useMayOn(kind, 'delete', object)
  const remove = () =>
    ask({
      title: `Delete ${object.displayName || object.name}?`,
      text: props.deleteText,
      verb: 'Delete',
      done: `${object.displayName || object.name} deleted.`,
      preview: () => props.previewDelete(object),
      act: () => props.delete(object),
      onDone: () => navigate({ to: parent.to }),
    })
  return (
    <>
      {props.actions?.(object)}
      {mayUpdate && (
        <Button leftSection={<Pencil size={13} aria-hidden />} onClick={() => edit.open()}>
          Edit
        </Button>
      )}
      <RowMenu
        label="More actions"
        actions={[
          mayDelete &&
            knowsAccounts &&
            !object.shared &&
            isTransferable(kind) && {
              label: 'Transfer',
              icon: <ArrowLeftRight size={14} aria-hidden />,
              onClick: () => transfer.open(),
            },
          mayDelete && {
            label: 'Delete',
            icon: <Trash2 size={14} aria-hidden />,
            onClick: remove,
            isDestructive: true,
          },
        ]}
      />
      <SideDrawer title={`Edit ${noun}`} opened={edit.opened} close={edit.close}>
        {props.editForm(object, edit.close)}
      </SideDrawer>
      <SideDrawer title={`Transfer ${noun}`} opened={transfer.opened} close={transfer.close}>
        <TransferOffer kind={kind} noun={noun} object={object} close={transfer.close} />
      </SideDrawer>
    </>
  )
}
