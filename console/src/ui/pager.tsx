/** Under a list: how many there are, and the way to the next page. Absent when one page is all. */
import { Button, Group } from '@mantine/core'
import type { ListPage } from '../api/query.ts'
import classes from './data-table.module.css'
import { count } from './format.ts'
import type { ListState } from './list-state.ts'

interface PagerProps {
  list: ListState
  page: ListPage<unknown> | undefined
}

export function Pager({ list, page }: PagerProps) {
  const next = page?.nextCursor ?? null
  const shown = page?.items.length ?? 0
  if (list.isFirstPage && next === null) {
    return <div className={classes.pager}>{page && <span>{count(shown)} in all</span>}</div>
  }
  return (
    <nav className={classes.pager} aria-label="Pages">
      <span>
        {page?.total === undefined ? `${count(shown)} shown` : `${count(page.total)} in all`}
      </span>
      <Group gap="xs">
        <Button variant="subtle" color="gray" disabled={list.isFirstPage} onClick={list.first}>
          First
        </Button>
        <Button disabled={!list.hasPrevious} onClick={list.previous}>
          Previous
        </Button>
        <Button disabled={next === null} onClick={() => next !== null && list.next(next)}>
          Next
        </Button>
      </Group>
    </nav>
  )
}
