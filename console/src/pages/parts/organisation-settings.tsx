/** What the organisation is called, and what it is in the deployment. */
import { TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { meQuery, tenantQuery } from '../../api/session.ts'
import { Copyable } from '../../ui/copy.tsx'
import { Details, DetailsSkeleton } from '../../ui/details.tsx'
import { FormBody } from '../../ui/drawer.tsx'
import { ErrorState } from '../../ui/empty-state.tsx'
import { useForm } from '../../ui/form.ts'
import { Section } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './settings-form.module.css'

type Tenant = Awaited<ReturnType<typeof client.tenant.get>>

export function OrganisationSettings() {
  const tenant = useQuery(tenantQuery)
  const { may } = useActing()
  if (tenant.error) return <ErrorState error={tenant.error} retry={tenant.refetch} />
  if (tenant.data === undefined) return <DetailsSkeleton />
  const one = tenant.data
  return (
    <>
      {may('account:manage') && (
        <Section title="Name">
          <NameForm tenant={one} />
        </Section>
      )}
      <Section title="About">
        <Details
          facts={[
            ['Display name', one.displayName],
            ['Short name', <Copyable key="name" value={one.name} label="Copy the short name" />],
            ['Id', <Copyable key="id" value={one.id} label="Copy the id" />],
            ['Plan', one.plan],
            ['Created', <Time key="created" at={one.createdAt} as="day" />],
            one.sandbox && ['Sandbox provider', 'runs on this deployment'],
          ]}
        />
      </Section>
    </>
  )
}

function NameForm({ tenant }: { tenant: Tenant }) {
  const cache = useQueryClient()
  const form = useForm({
    initial: { displayName: tenant.displayName },
    submit: ({ displayName }) => client.tenant.update({}, { displayName: displayName.trim() }),
    done: 'Saved.',
    onDone: (saved) => {
      cache.setQueryData(tenantQuery.queryKey, saved)
      void cache.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const isReady = form.values.displayName.trim() !== tenant.displayName
  return (
    <div className={classes.form}>
      <FormBody form={form} submitLabel="Save" isReady={isReady}>
        <TextInput
          label="Display name"
          description="Your people see it at the top left and where they sign in."
          {...form.text('displayName')}
        />
      </FormBody>
    </div>
  )
}
