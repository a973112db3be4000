/** Links inside the console. Addresses come from `paths.ts` and from nowhere else. */
import { Link } from '@tanstack/react-router'
import type { ComponentPropsWithRef } from 'react'
import type { Search } from './search.ts'

export interface AppLinkProps extends Omit<ComponentPropsWithRef<'a'>, 'href'> {
  to: string
  search?: Search | undefined
  /** False where the link opens something beside what one is looking at. */
  resetScroll?: boolean
}

export function AppLink({ to, search, className = 'link', ...rest }: AppLinkProps) {
  return <Link to={to} search={search ?? {}} className={className} {...rest} />
}
