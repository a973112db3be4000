/** Above each list of a review: its findings, how far back to look, and saving the list as a file. */
import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useActing } from '../../api/acting.ts'
import { client } from '../../api/client.ts'
import { complain, type ListQuery } from '../../api/query.ts'
import { saveFile } from '../../ui/download.ts'
import type { ListState } from '../../ui/list-state.ts'
import { FilterSelect, ListToolbar } from '../../ui/list-toolbar.tsx'

export type Review = Awaited<ReturnType<typeof client.accessReview.get>>

export const reviewFilters = ['finding', 'unusedDays']

/** An address has texts, where the API has a number of days. What it can't read, it says. */
export function asAsked<Params>(query: ListQuery & { account: string }): Params {
  const days = query['filter[unusedDays]']
  const asked = days === undefined ? query : { ...query, 'filter[unusedDays]': Number(days) }
  return asked as Params
}

const windows = [30, 60, 90, 180, 365].map((days) => ({
  value: String(days),
  label: `Unused for ${days} days`,
}))

interface ReviewToolbarProps {
  list: ListState
  of: 'grants' | 'shares' | 'virtual-accounts'
}

export function ReviewToolbar({ list, of }: ReviewToolbarProps) {
  return (
    <ListToolbar list={list} actions={<SaveButton list={list} of={of} />}>
      <FilterSelect list={list} name="unusedDays" label="Unused for 90 days" options={windows} />
    </ListToolbar>
  )
}

function SaveButton({ list, of }: { list: ListState; of: ReviewToolbarProps['of'] }) {
  const { account } = useActing()
  const save = useMutation({
    mutationFn: () => {
      const [finding, days] = [list.filter('finding'), list.filter('unusedDays')]
      return client.accessReview.csv({
        account,
        list: of,
        ...(finding === undefined ? {} : { finding: finding as 'unused' }),
        ...(days === undefined ? {} : { unusedDays: Number(days) }),
      })
    },
    onSuccess: (text) => saveFile(`access-review-${account}-${of}.csv`, 'text/csv', text),
    onError: complain,
  })
  return (
    <Button
      size="xs"
      leftSection={<Download size={14} aria-hidden />}
      loading={save.isPending}
      onClick={() => save.mutate()}
    >
      Save as CSV
    </Button>
  )
}
