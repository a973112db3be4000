/** The head of a column; a button when the server can sort by it. */
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { CSSProperties } from 'react'
import type { Column } from './column.ts'
import classes from './data-table.module.css'
import type { ListState } from './list-state.ts'

interface SortHeaderProps<T> {
  column: Column<T>
  list: ListState | undefined
}

export function SortHeader<T>({ column, list }: SortHeaderProps<T>) {
  const { sort, header, align, from } = column
  const cell = {
    scope: 'col' as const,
    'data-align': align,
    'data-from': from,
    style: { '--column-width': lengthOf(column.width) } as CSSProperties,
  }
  if (sort === undefined || list === undefined) return <th {...cell}>{header}</th>
  const isUp = list.sort === sort
  const isDown = list.sort === `-${sort}`
  return (
    <th {...cell} aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}>
      <button
        type="button"
        className={classes.sort}
        onClick={() => list.sortBy(isUp ? `-${sort}` : sort)}
      >
        {header}
        {isUp && <ArrowUp size={12} aria-hidden />}
        {isDown && <ArrowDown size={12} aria-hidden />}
      </button>
    </th>
  )
}

function lengthOf(width: number | string | undefined): string {
  return typeof width === 'number' ? `${width}px` : (width ?? 'auto')
}
