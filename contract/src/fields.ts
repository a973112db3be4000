/** The fields that many nouns have, each with its limit and a sentence for the docs. */
import {
  actions,
  type Id,
  type IdPrefix,
  isId,
  isPermission,
  kinds,
  namePattern,
  type Permission,
} from '@commonhold/core'
import { z } from 'zod'

export const displayNameLettersMax = 200
export const descriptionLettersMax = 2_000
export const emailLettersMax = 254
export const passwordLettersMin = 12
export const passwordLettersMax = 256

export const name = z
  .string()
  .regex(
    namePattern,
    'is 3 to 64 letters: a-z, 0-9 and dashes, begins with a letter and does not end with a dash',
  )
  .meta({ description: 'Unique per kind and account. Serves wherever an id does.' })

/** A name or an id of something that exists, in a path or a body. Looked up by one resolver. */
export const reference = z.string().min(1).max(160).meta({ description: 'A name or an id.' })

// Control characters and bidirectional overrides would let a name impersonate another.
const plainText = /^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u

export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(displayNameLettersMax)
  .regex(plainText, 'has no control characters')

export const description = z
  .string()
  .max(descriptionLettersMax)
  .regex(/^(?:[^\p{Cc}\p{Cf}]|[\n\r\t])*$/u, 'has no control characters')

export const email = z
  .email('is an e-mail address, such as ana@example.com')
  .max(emailLettersMax)
  .meta({ description: 'An e-mail address; upper and lower case are the same.' })

export const password = z.string().min(passwordLettersMin).max(passwordLettersMax)

export function id<P extends IdPrefix>(...prefixes: P[]) {
  return z
    .custom<Id<P>>((value) => typeof value === 'string' && isId(value, ...prefixes))
    .meta({ type: 'string', description: `An id: ${prefixes.map((p) => `${p}_…`).join(' or ')}` })
}

export const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' })

/** Money at the edge: decimal US dollars, at most nine digits after the point. */
export const usd = z
  .string()
  .regex(/^(0|[1-9]\d{0,8})(\.\d{1,9})?$/, 'is an amount in US dollars, such as "12.50"')
  .meta({ description: 'Decimal US dollars, such as "12.50" or "0.000001250".' })

/** Unlike what one types, a sum may be negative: a balance in the account’s favour. */
export const signedUsd = z.string().regex(/^-?\d{1,10}\.\d{2,9}$/)

/** Integer nano-US-dollars, as text: it may be larger than a double holds. */
export const nanos = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .meta({ description: 'Integer nano-US-dollars (1 USD = 1,000,000,000).' })

export const permission = z
  .custom<Permission>((value) => typeof value === 'string' && isPermission(value), {
    error: `is a permission such as "model:use": one of the kinds ${kinds.join(', ')} and one of the actions ${actions.join(', ')} that the kind has`,
  })
  .meta({ type: 'string', description: 'A permission, `kind:action`.' })

export const permissionList = z
  .array(permission)
  .max(500)
  .transform((list) => [...new Set(list)])

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZoneName, 'is an IANA time zone, such as "Europe/Berlin"')
  .meta({ description: 'An IANA time zone.' })

function isTimeZoneName(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return /^[A-Za-z]/.test(zone)
  } catch {
    return false
  }
}

/** What every object has. */
export const objectFields = {
  kind: z.string(),
  account: id('acct').meta({ description: 'The account that owns it.' }),
  name: z.string(),
  displayName: z.string(),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
  revision: z.number().int(),
}

export const nothing = z.undefined()

export const dryRun = z.strictObject({
  dryRun: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .meta({ type: 'boolean', description: 'Answer what would change and be lost; write nothing.' }),
})
