/** Names that no tenant may have: under a base domain, a tenant's name is a host name. */
import { Refusal } from '@commonhold/contract'

const reservedNames = new Set(
  `www api app apps admin console operator gateway login signin signup auth sso scim mail smtp imap ftp
  status docs help support static assets cdn internal system root localhost metrics health`.split(
    /\s+/,
  ),
)

/** @throws name_taken */
export function assertFreeTenantName(name: string, pointer: string): void {
  if (!reservedNames.has(name)) return
  throw new Refusal('name_taken', `"${name}" is reserved. Choose another name.`, {
    errors: [{ pointer, rule: 'unique', message: 'is reserved' }],
  })
}
