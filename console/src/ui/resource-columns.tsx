/** The columns that lists of resources have in common. */
import type { Column } from './data-table.tsx'
import { NamePair } from './name-pair.tsx'
import { Tag } from './state.tsx'
import { Time } from './time.tsx'

interface Listed {
  name: string
  displayName: string
  shared: boolean
  createdAt: string
}

export function nameColumn<T extends Listed>(header: string): Column<T> {
  return {
    id: 'name',
    header,
    sort: 'name',
    cell: (object) => (
      <>
        <NamePair of={object} /> {object.shared && <Tag>Shared</Tag>}
      </>
    ),
  }
}

export function createdColumn<T extends Listed>(): Column<T> {
  return {
    id: 'created',
    header: 'Created',
    sort: 'createdAt',
    width: 130,
    from: 'sm',
    cell: (object) => <Time at={object.createdAt} />,
  }
}

/** What an object of one's own is called by; a shared one by its id, since names may be the same. */
export function referenceTo(object: { id: string; name: string; shared: boolean }): string {
  return object.shared ? object.id : object.name
}
