/**
 * Changing an account. A lower boundary acts on the very next request, so the form asks the API who
 * would lose what by it, and says so above the button.
 */
import { useNavigate } from '@tanstack/react-router'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { FormBody } from '../../ui/drawer.tsx'
import { Foresee } from '../../ui/foresee.tsx'
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
      <Foresee
        body={form.isDirty ? changedBoundary(one, form.values) : null}
        preview={(body) => client.account.update({ account: one.name }, body, { dryRun: true })}
      />
    </FormBody>
  )
}

/** What is asked about: a boundary that is another than now. */
function changedBoundary(one: Account, values: Values) {
  const body = bodyOf(values)
  const next = new Set<string>(Array.isArray(body.boundary) ? body.boundary : [])
  const isSame =
    Array.isArray(body.boundary) &&
    next.size === one.boundary.length &&
    one.boundary.every((permission) => next.has(permission))
  return isSame ? null : body
}
