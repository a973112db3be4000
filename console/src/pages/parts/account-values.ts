/** What accounts have in words. */
import type { client } from '../../api/client.ts'
import { priceText } from '../../ui/format.ts'

export type Account = Awaited<ReturnType<typeof client.account.get>>
export type Period = NonNullable<Account['budget']>['period']
export type Boundary = NonNullable<Parameters<typeof client.account.update>[1]['boundary']>

export const periodLabels: Record<Period, string> = {
  day: 'a day',
  week: 'a week',
  month: 'a month',
  year: 'a year',
  lifetime: 'in all',
}

export function budgetText({ budget }: Account): string {
  return budget === null
    ? 'unlimited'
    : `${priceText(budget.amountUsd)} ${periodLabels[budget.period]}`
}

export const boundaryPresets = [
  {
    value: 'standard',
    label: 'Standard',
    description:
      'Runs its own household, uses models and workspaces, keeps prompts and secrets of its own.',
  },
  {
    value: 'models-only',
    label: 'Models only',
    description: 'Calls the models that are shared with it, and nothing else.',
  },
  {
    value: 'everything',
    label: 'Everything',
    description: 'No boundary: also providers, clusters and prices of its own.',
  },
  { value: 'custom', label: 'One by one', description: 'Choose the permissions yourself.' },
] as const

export type BoundaryChoice = (typeof boundaryPresets)[number]['value']
