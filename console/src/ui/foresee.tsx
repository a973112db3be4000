/**
 * What saving a form would do, asked of the API while the form is filled in: who would lose and who
 * would gain access is seen before it is saved, and a refusal as well.
 */
import type { DryRun } from '@commonhold/sdk'
import { Alert, Skeleton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { sentence } from '../api/sentence.ts'
import { Consequences } from './consequences.tsx'

/** Ticking five boxes is one question. */
const SETTLED_MS = 350

interface ForeseeProps<Body> {
  /** What would be saved; null while there is nothing to ask about. */
  body: Body | null
  preview: (body: Body) => Promise<DryRun<unknown>>
}

export function Foresee<Body>({ body, preview }: ForeseeProps<Body>) {
  const [settled] = useDebouncedValue(body, SETTLED_MS)
  const foreseen = useQuery({
    queryKey: ['dry-run', settled],
    queryFn: () => preview(settled!),
    enabled: settled !== null && body !== null,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
    staleTime: 0,
  })
  if (body === null) return null
  return (
    <section aria-label="What saving would do" aria-busy={foreseen.isFetching}>
      {foreseen.isPending && <Skeleton height={36} />}
      {foreseen.isError && (
        <Alert color="yellow" variant="light" role="alert">
          {sentence(foreseen.error)}
        </Alert>
      )}
      {foreseen.isSuccess && <Consequences plan={foreseen.data} isDestructive />}
    </section>
  )
}
