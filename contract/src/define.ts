/** How an operation is written down: only what is particular, the rest follows from the method. */
import { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import { dryRun, nothing, reference } from './fields.ts'
import type { Access, Operation } from './operation.ts'

/** The names in braces of a path, as a type. */
type ParamNames<Path extends string> = Path extends `${string}{${infer N}}${infer Rest}`
  ? N | ParamNames<Rest>
  : never
type ParamsOf<Path extends string> = z.ZodObject<
  { [N in ParamNames<Path>]: typeof reference },
  z.core.$strict
>

interface Definition<Path extends string, Q, B, O> {
  id: string
  summary: string
  method: Operation['method']
  path: Path
  access: Access
  area?: Operation['area']
  query?: Q
  body?: B
  output?: O
  status?: Operation['status']
  errors?: readonly ErrorCode[]
  secret?: true
  csv?: true
  readOnly?: true
}

/**
 * @returns the operation; POST answers 201 with an output, DELETE and whatever has no output 204,
 * and every mutation takes `?dryRun=true`.
 */
export function operation<
  const Path extends string,
  Q extends z.ZodType = typeof dryRun,
  B extends z.ZodType = typeof nothing,
  O extends z.ZodType = typeof nothing,
>(definition: Definition<Path, Q, B, O>): Operation<ParamsOf<Path>, Q, B, O> {
  const { method, path, output, readOnly } = definition
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!)
  const creates = method === 'POST' && readOnly !== true && !path.includes(':')
  return {
    ...definition,
    area: definition.area ?? 'api',
    params: z.strictObject(
      Object.fromEntries(names.map((name) => [name, reference])),
    ) as unknown as ParamsOf<Path>,
    query: (definition.query ?? (method === 'GET' || readOnly ? z.strictObject({}) : dryRun)) as Q,
    body: (definition.body ?? nothing) as B,
    output: (output ?? nothing) as O,
    status: definition.status ?? (output === undefined ? 204 : creates ? 201 : 200),
    errors: definition.errors ?? [],
  }
}
