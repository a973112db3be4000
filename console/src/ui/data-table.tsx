/**
 * The table of every list: stable columns, sorting and paging by the server, rows that are links.
 * Arrow keys move between rows. While the first page loads, it has the height it will have.
 */
import { Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ListPage } from '../api/query.ts'
import type { Column } from './column.ts'
import classes from './data-table.module.css'
import { ErrorState, NothingFound } from './empty-state.tsx'
import { moveBetweenRows } from './keyboard.ts'
import { AppLink } from './link.tsx'
import type { ListState } from './list-state.ts'
import { Pager } from './pager.tsx'
import type { Search } from './search.ts'
import { SortHeader } from './sort-header.tsx'

const SKELETON_ROWS = 6

export type { Column }

export interface TableQuery<T> {
  data: ListPage<T> | undefined
  error: unknown
  isPlaceholderData?: boolean
  refetch: () => unknown
}

interface DataTableProps<T> {
  /** What the table lists, for screen readers: "Teams". */
  label: string
  query: TableQuery<T>
  columns: readonly Column<T>[]
  rowKey: (item: T) => string
  /** Where a row leads; the first column then is its link. */
  rowTo?: (item: T) => string | null
  /** The query that the row's link sets, where it opens something beside the list. */
  rowSearch?: (item: T) => Search
  /** What can be done with a row, at its end. */
  rowActions?: (item: T) => ReactNode
  /** Shown when there is nothing at all: it teaches, with one action. */
  empty: ReactNode
  list?: ListState
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { query, columns, label, list, empty } = props
  const items = query.data?.items
  if (query.error && items === undefined) {
    return <ErrorState error={query.error} retry={query.refetch} />
  }
  if (items?.length === 0 && list?.isFirstPage !== false) {
    return list?.isNarrowed ? <NothingFound clear={list.narrowNot} /> : empty
  }
  return (
    <>
      <div className={classes.scroll}>
        <table
          className={classes.table}
          aria-label={label}
          aria-busy={items === undefined || query.isPlaceholderData === true}
          data-stale={query.isPlaceholderData === true}
          onKeyDown={moveBetweenRows}
        >
          <thead>
            <tr>
              {columns.map((column) => (
                <SortHeader key={column.id} column={column} list={list} />
              ))}
              {props.rowActions && (
                <th className={classes.actions}>
                  <span className={classes.hidden}>Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {items === undefined ? (
              <SkeletonRows columns={columns} withActions={props.rowActions !== undefined} />
            ) : (
              items.map((item) => <Row key={props.rowKey(item)} item={item} {...props} />)
            )}
          </tbody>
        </table>
      </div>
      {list && <Pager list={list} page={query.data} />}
    </>
  )
}

function Row<T>(props: DataTableProps<T> & { item: T }) {
  const { item, columns, rowTo, rowSearch, rowActions } = props
  const to = rowTo?.(item) ?? null
  return (
    <tr className={classes.row} data-link={to !== null}>
      {columns.map((column, index) => (
        <td key={column.id} data-align={column.align} data-from={column.from}>
          {index === 0 && to !== null ? (
            <AppLink
              to={to}
              search={rowSearch?.(item)}
              resetScroll={rowSearch === undefined}
              className={classes.rowLink}
              data-row-link
            >
              {column.cell(item)}
            </AppLink>
          ) : (
            column.cell(item)
          )}
        </td>
      ))}
      {rowActions && <td className={classes.actions}>{rowActions(item)}</td>}
    </tr>
  )
}

function SkeletonRows<T>(props: { columns: readonly Column<T>[]; withActions: boolean }) {
  return Array.from({ length: SKELETON_ROWS }, (_, row) => `row-${row}`).map((key, row) => (
    <tr key={key} className={classes.row}>
      {props.columns.map((column, index) => (
        <td key={column.id} data-align={column.align} data-from={column.from}>
          <Skeleton height={10} width={index === 0 ? 140 - row * 8 : 64} display="inline-block" />
        </td>
      ))}
      {props.withActions && <td className={classes.actions} />}
    </tr>
  ))
}
