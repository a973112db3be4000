/** The frame of the pages before one is signed in: a mark, a title, a form. */
import { Skeleton, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import classes from './entry-frame.module.css'

interface EntryFrameProps {
  title: string
  description?: ReactNode
  isLoading?: boolean
  footer?: ReactNode
  children: ReactNode
}

export function EntryFrame({ title, description, isLoading, footer, children }: EntryFrameProps) {
  useEffect(() => {
    document.title = `${title} · Commonhold`
  }, [title])
  return (
    <main className={classes.frame}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <img src="/favicon.svg" alt="" width={26} height={26} />
          <span>Commonhold</span>
        </div>
        {isLoading ? (
          <Skeleton height={26} width={220} mb="lg" />
        ) : (
          <Title order={1} className={classes.title}>
            {title}
          </Title>
        )}
        {description && <p className={classes.description}>{description}</p>}
        {children}
        {footer && <p className={classes.footer}>{footer}</p>}
      </div>
    </main>
  )
}
