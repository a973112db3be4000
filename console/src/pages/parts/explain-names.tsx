/** What a station of the chain is called, with the way to its page where it has one. */
import { useActing } from '../../api/acting.ts'
import { AppLink } from '../../ui/link.tsx'
import { pathOfKind, paths } from '../../ui/paths.ts'
import type { Link } from './chain-model.ts'

const prefixKinds: Readonly<Record<string, string>> = {
  user: 'user',
  va: 'virtual-account',
  team: 'team',
  mdl: 'model',
  pacc: 'provider-account',
  vmdl: 'virtual-model',
  prm: 'prompt',
  clu: 'cluster',
  wks: 'workspace',
  sgrp: 'secret-group',
}

export function StationName({ link }: { link: Link }) {
  const { account, knowsAccounts, displayName } = useActing()
  const { type, id, name } = link
  if (type === 'account' || type === 'membership' || type === 'boundary') return displayName
  if (type === 'share') return id === null ? 'Not shared' : name
  if (type === 'grant' && id === null) return 'No grant'
  if (type === 'tenant' && !knowsAccounts) return displayName
  const kind = id === null ? undefined : prefixKinds[id.slice(0, id.lastIndexOf('_'))]
  const to = kind === undefined || id === null ? null : pathOfKind(kind, account, id)
  if (type === 'grant') return <AppLink to={paths.role(account, roleOf(name))}>{name}</AppLink>
  const text = <Breakable text={name} />
  return to === null ? text : <AppLink to={to}>{text}</AppLink>
}

/** An e-mail on a narrow line breaks behind its @ rather than anywhere. */
export function Breakable({ text }: { text: string }) {
  const place = text.indexOf('@') + 1
  if (place === 0) return <>{text}</>
  return (
    <>
      {text.slice(0, place)}
      <wbr />
      {text.slice(place)}
    </>
  )
}

/** "user on sandbox/small" → "user" */
const roleOf = (name: string) => name.slice(0, name.indexOf(' on '))
