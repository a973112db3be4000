/** Who called which model: the filters that lists of calls have in common, kept in the address. */
import { modelIds } from '../../api/choices.ts'
import { named, prefixOf, principals } from '../../api/filter-choices.ts'
import type { Range } from '../../ui/range.ts'
import { ReferenceFilter } from '../../ui/reference-filter.tsx'
import { useSearchState } from '../../ui/search.ts'

const modelFilter = named(modelIds)

/** A span of time as lists take it. */
export const spanOf = ({ from, to }: Range) => ({
  'filter[from]': from,
  ...(to === undefined ? {} : { 'filter[to]': to }),
})

export function CallFilters() {
  const [search, change] = useSearchState()
  const who = search.user ?? search.virtualAccount
  const chooseWho = (id: string | undefined) => {
    const none = { user: undefined, virtualAccount: undefined, cursor: undefined }
    if (id === undefined) change(none)
    else change({ ...none, [prefixOf(id) === 'va' ? 'virtualAccount' : 'user']: id })
  }
  return (
    <>
      <ReferenceFilter
        source={modelFilter}
        label="Model"
        value={search.model}
        onChange={(model) => change({ model, cursor: undefined })}
      />
      <ReferenceFilter source={principals} label="By" value={who} onChange={chooseWho} />
    </>
  )
}
