/** A page: title with what can be done, tabs if any, then the content. Sets the window's title. */
import { Group, Skeleton, Title } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { AppLink } from './link.tsx'
import classes from './page.module.css'

interface PageProps {
  title: string | undefined
  /** Where this page hangs: the list that the object is in. */
  parent?: { label: string; to: string }
  /** Beside the title: a state, a kind. */
  badge?: ReactNode
  /** One line under the title, in words. */
  description?: ReactNode
  actions?: ReactNode
  tabs?: ReactNode
  /** Text and forms are easier to read narrow; tables want the room. */
  width?: 'wide' | 'text'
  children: ReactNode
}

export function Page({ title, parent, badge, description, actions, tabs, ...rest }: PageProps) {
  useEffect(() => {
    document.title = title === undefined ? 'Commonhold' : `${title} · Commonhold`
  }, [title])
  return (
    <div className={classes.page} data-width={rest.width ?? 'wide'}>
      <header className={classes.header} data-tabs={tabs !== undefined}>
        {parent && (
          <AppLink to={parent.to} className={classes.parent}>
            {parent.label}
            <ChevronRight size={13} aria-hidden />
          </AppLink>
        )}
        <Group justify="space-between" align="center" gap="sm" mih={30}>
          <Group gap="sm" className={classes.titleGroup}>
            {title === undefined ? (
              <Skeleton height={20} width={180} aria-label="Loading" />
            ) : (
              <Title order={1} className={classes.title}>
                {title}
              </Title>
            )}
            {badge}
          </Group>
          <Group gap="xs">{actions}</Group>
        </Group>
        {description && <p className={classes.description}>{description}</p>}
        {tabs}
      </header>
      {rest.children}
    </div>
  )
}

interface SectionProps {
  title: string
  description?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A part of a page with a heading of its own. */
export function Section({ title, description, actions, children }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <Group justify="space-between" align="flex-end" gap="sm" mb="xs" mih={30}>
        <div>
          <Title order={2}>{title}</Title>
          {description && <p className={classes.sectionDescription}>{description}</p>}
        </div>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </section>
  )
}
