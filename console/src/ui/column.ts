/** A column of a list. */
import type { ReactNode } from 'react'

export interface Column<T> {
  id: string
  header: string
  cell: (item: T) => ReactNode
  /** The field of the API that the server sorts by. */
  sort?: string
  align?: 'right'
  width?: number | string
  /** Left out below this width of the window: `sm` 768 px, `md` 992 px. */
  from?: 'sm' | 'md'
}
