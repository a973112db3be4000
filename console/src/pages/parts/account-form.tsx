/** Making an account: its boundary, its budget and its first admin. */
import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { queryClient } from '../../api/query-client.ts'
import { meQuery } from '../../api/session.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { given, useForm } from '../../ui/form.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { paths } from '../../ui/paths.ts'
import type { BoundaryChoice, Period } from './account-values.ts'
import { BoundaryFields, boundaryFrom } from './boundary-fields.tsx'
import { BudgetFields, budgetFrom } from './budget-fields.tsx'

interface AccountFormProps {
  close: () => void
  onLink: (link: string) => void
}

export function AccountForm({ close, onLink }: AccountFormProps) {
  const { account } = useActing()
  const navigate = useNavigate()
  const form = useForm({
    initial: {
      displayName: '',
      name: '',
      adminEmail: '',
      amountUsd: '',
      period: 'month' as Period,
      preset: 'standard' as BoundaryChoice,
      permissions: [] as string[],
    },
    submit: (values) => {
      const budget = budgetFrom(values)
      const email = given(values.adminEmail)
      return client.account.create(
        {},
        {
          name: values.name,
          displayName: given(values.displayName),
          boundary: boundaryFrom(values),
          ...(email === undefined ? {} : { admin: { email } }),
          ...(budget === null ? {} : { budget }),
        },
      )
    },
    done: (created) => `Account ${created.displayName} created.`,
    onDone: (created) => {
      // The switcher may appear with the first account.
      void queryClient.invalidateQueries({ queryKey: meQuery.queryKey })
      if (created.invitation === null) {
        void navigate({ to: paths.accountDetail(account, created.name) })
        return
      }
      close()
      onLink(created.invitation.link)
    },
  })
  return (
    <FormBody form={form} submitLabel="Create account" close={close}>
      <NameFields form={form} placeholder="Research division" />
      <TextInput
        label="First admin"
        description="The e-mail of whoever runs it. They get a link to sign in."
        type="email"
        placeholder="ana@example.com"
        value={form.values.adminEmail}
        error={form.errorOf('admin')}
        onChange={(event) => form.set('adminEmail', event.currentTarget.value)}
      />
      <BudgetFields form={form} />
      <BoundaryFields form={form} />
    </FormBody>
  )
}
