/** Lists: one shape, one set of parameters, sort and filter on an allow-list. */
import { z } from 'zod'

export const listLimitMax = 200
export const listLimitDefault = 50

export interface ListParameters {
  readonly limit: number
  readonly cursor?: string
  readonly q?: string
  readonly sort: string
  readonly filter: Readonly<Record<string, string>>
}

/**
 * @param sort the fields that a list may be sorted by; the first is the default, descending where it
 *   is written with a dash
 * @param filter for each field that can be filtered by, what its value may be
 */
export function listQuery<const S extends readonly [string, ...string[]], F extends z.ZodRawShape>(
  sort: S,
  filter: F,
) {
  const sorts = sort
    .map((field) => field.replace(/^-/, ''))
    .flatMap((field) => [field, `-${field}`])
  const filters = Object.fromEntries(
    Object.entries(filter).map(([field, type]) => [
      `filter[${field}]`,
      (type as z.ZodType).optional(),
    ]),
  ) as z.ZodRawShape
  return z
    .strictObject({
      limit: z.coerce.number().int().min(1).max(listLimitMax).default(listLimitDefault),
      cursor: z.string().max(1_000).optional(),
      q: z.string().trim().max(200).optional().meta({ description: 'Part of the name.' }),
      sort: z.enum(sorts as [string, ...string[]]).default(sort[0]),
      ...filters,
    })
    .transform((query): ListParameters => {
      const { limit, cursor, q, sort, ...rest } = query as Record<string, unknown>
      const given = Object.entries(rest).filter(([, value]) => value !== undefined)
      return {
        limit: limit as number,
        ...(cursor === undefined ? {} : { cursor: cursor as string }),
        ...(q === undefined || q === '' ? {} : { q: q as string }),
        sort: sort as string,
        filter: Object.fromEntries(given.map(([key, value]) => [key.slice(7, -1), String(value)])),
      }
    })
}

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.number().int().optional(),
  })
}
