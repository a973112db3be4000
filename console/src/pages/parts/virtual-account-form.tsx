/** Making a virtual account, or changing what it is called and which team answers for it. */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../../api/acting.ts'
import { teams } from '../../api/choices.ts'
import { client } from '../../api/client.ts'
import { named } from '../../api/filter-choices.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { type Form, given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { paths } from '../../ui/paths.ts'
import { ReferenceMultiSelect, ReferenceSelect } from '../../ui/reference-select.tsx'

export type VirtualAccount = Awaited<ReturnType<typeof client.virtualAccount.get>>

interface FormProps {
  /** Absent: a new one. */
  one?: VirtualAccount
  close: () => void
}

export function VirtualAccountForm({ one, close }: FormProps) {
  return one === undefined ? <NewForm close={close} /> : <EditForm one={one} close={close} />
}

function NewForm({ close }: { close: () => void }) {
  const { account } = useActing()
  const navigate = useNavigate()
  const form = useForm({
    initial: { displayName: '', name: '', ownerTeam: '', teams: [] as string[] },
    submit: ({ displayName, name, ownerTeam, teams }, account) =>
      client.virtualAccount.create(
        { account },
        { name, displayName: given(displayName), ownerTeam: given(ownerTeam), teams },
      ),
    done: (one) => `Virtual account ${one.displayName} created. Give it a token next.`,
    onDone: (one) => navigate({ to: paths.virtualAccount(account, one.name) }),
  })
  return (
    <FormBody form={form} submitLabel="Create virtual account" close={close}>
      <NameFields form={form} placeholder="Support chatbot" />
      <OwnerField form={form} />
      <ReferenceMultiSelect
        source={teams}
        label="Teams"
        description="It has what is granted to these teams."
        {...form.value('teams')}
      />
    </FormBody>
  )
}

function EditForm({ one, close }: { one: VirtualAccount; close: () => void }) {
  const { account } = useActing()
  const navigate = useNavigate()
  const form = useForm({
    initial: {
      displayName: one.displayName,
      name: one.name,
      ownerTeam: one.ownerTeam?.id ?? '',
    },
    submit: ({ displayName, name, ownerTeam }, account) =>
      client.virtualAccount.update(
        { account, virtualAccount: one.id },
        { displayName, name, ownerTeam: ownerTeam === '' ? null : ownerTeam },
        { ifMatch: one.revision },
      ),
    done: 'Saved.',
    onDone: ({ name }) => {
      if (name === one.name) close()
      else void navigate({ to: paths.virtualAccount(account, name), replace: true })
    },
  })
  const isOrphan = one.formerOwnerTeam !== null
  return (
    <FormBody form={form} submitLabel="Save" close={close} isReady={form.isDirty || isOrphan}>
      <NameFields
        form={form}
        nameDescription="Whoever uses the name must use the new one then. The id stays the same."
      />
      <OwnerField form={form} />
    </FormBody>
  )
}

const ownerTeams = named(teams)

function OwnerField<V extends { ownerTeam: string }>({ form }: { form: Form<V> }) {
  return (
    <ReferenceSelect
      source={ownerTeams}
      label="Owner"
      description="The team that answers for it. Its budgets and limits count what this spends; it gets no access by it."
      placeholder="Nobody"
      clearable
      value={form.values.ownerTeam}
      error={form.errorOf('ownerTeam')}
      onChange={(value) => form.set('ownerTeam', value)}
    />
  )
}
