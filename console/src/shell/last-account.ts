/** Which account somebody acted in last on this machine, so that signing in leads back there. */
const KEY = 'commonhold-last-account'

interface Membership {
  name: string
  isRoot: boolean
  state: string
}

export function rememberAccount(account: string): void {
  try {
    localStorage.setItem(KEY, account)
  } catch {
    // Storage may be blocked; then one begins at the first account each time.
  }
}

/** @returns the account to begin in: the last one, else root, else the first membership */
export function lastAccount(memberships: readonly Membership[]): string {
  const active = memberships.filter((one) => one.state === 'active')
  const names = active.map((one) => (one.isRoot ? 'root' : one.name))
  const last = read()
  if (last !== null && names.includes(last)) return last
  return names.includes('root') ? 'root' : (names[0] ?? 'root')
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}
