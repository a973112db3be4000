/** Own or shared: only where accounts exist, since nothing is shared otherwise. */
import { useActing } from '../api/acting.ts'
import type { ListState } from './list-state.ts'
import { FilterSelect } from './list-toolbar.tsx'

const options = [
  { value: 'false', label: 'Our own' },
  { value: 'true', label: 'Shared with us' },
]

export function SharedFilter({ list }: { list: ListState }) {
  const { knowsAccounts, isRoot } = useActing()
  if (!knowsAccounts || isRoot) return null
  return <FilterSelect list={list} name="shared" label="Owner" options={options} />
}
