/** While it is not yet known who one is: the frame of the page, so that nothing jumps afterwards. */
import { Skeleton } from '@mantine/core'
import classes from './account-layout.module.css'

export function LoadingFrame() {
  return (
    <div className={classes.frame} aria-busy="true">
      <aside className={classes.aside}>
        <div style={{ padding: 18 }}>
          <Skeleton height={22} width={140} />
        </div>
      </aside>
      <main className={classes.main} />
    </div>
  )
}
