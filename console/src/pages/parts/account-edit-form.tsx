/**
 * Changing an account. A lower boundary acts on the very next request, so the form first asks the
 * API what would be lost, and says so above the button.
 */
import { Alert, Button, List } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { complain } from '../../api/query.ts'
import { lossText } from '../../ui/confirm.tsx'
import { FormBody } from '../../ui/drawer.tsx'
import { useForm } from '../../ui/form.ts'
import { plainUsd } from '../../ui/format.ts'
import { NameFields } from '../../ui/name-fields.tsx'
import { paths } from '../../ui/paths.ts'
import type { Account, BoundaryChoice, Period } from './account-values.ts'
import { BoundaryFields, boundaryFrom } from './boundary-fields.tsx'
import { BudgetFields, budgetFrom } from './budget-fields.tsx'

interface Values {
  displayName: string
  name: string
  amountUsd: string
  period: Period
  preset: BoundaryChoice
  permissions: string[]
}

function bodyOf(values: Values) {
  const { name, displayName } = values
  return { name, displayName, boundary: boundaryFrom(values), budget: budgetFrom(values) }
}

export function AccountEditForm({ one, close }: { one: Account; close: () => void }) {
  const { account } = useActing()
  const navigate = useNavigate()
  const form = useForm({
    initial: {
      displayName: one.displayName,
      name: one.name,
      amountUsd: one.budget === null ? '' : plainUsd(one.budget.amountUsd),
      period: one.budget?.period ?? 'month',
      preset: 'custom',
      permissions: [...one.boundary] as string[],
    } as Values,
    submit: (values) =>
      client.account.update({ account: one.name }, bodyOf(values), { ifMatch: one.revision }),
    done: (saved) => `${saved.displayName} saved.`,
    onDone: (saved) => {
      if (saved.name === one.name) close()
      else void navigate({ to: paths.accountDetail(account, saved.name), replace: true })
    },
  })
  return (
    <FormBody form={form} submitLabel="Save" close={close} isReady={form.isDirty}>
      <NameFields form={form} />
      <BudgetFields form={form} />
      <BoundaryFields form={form} />
      <WhatIsLost account={one.name} values={form.values} />
    </FormBody>
  )
}

function WhatIsLost({ account, values }: { account: string; values: Values }) {
  const preview = useMutation({
    mutationFn: () => client.account.update({ account }, bodyOf(values), { dryRun: true }),
    onError: complain,
  })
  return (
    <>
      <Button w="fit-content" loading={preview.isPending} onClick={() => preview.mutate()}>
        See what would be lost
      </Button>
      {preview.data && (
        <Alert color={preview.data.lost.length === 0 ? 'gray' : 'yellow'} variant="light">
          {preview.data.lost.length === 0 ? (
            'Nobody would lose anything by this.'
          ) : (
            <List size="sm">
              {preview.data.lost.map((loss) => (
                <List.Item key={lossText(loss)}>{lossText(loss)}</List.Item>
              ))}
            </List>
          )}
        </Alert>
      )}
    </>
  )
}
