/** The parts of the OpenAPI document that are the same whatever the operations are. */
import { permissions, resourceKinds } from '@commonhold/core'
import { dryRunSchemas } from './dry-run.ts'
import { type JsonSchema, schemaRef } from './json-schema.ts'
import type { OpenApiParameter } from './openapi-document.ts'
import { problemSchemas } from './refusals.ts'

export const fixedSchemas: Readonly<Record<string, JsonSchema>> = {
  ...problemSchemas,
  ...dryRunSchemas,
  JsonValue: {
    description: 'Any JSON value.',
    anyOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'null' },
      { type: 'array', items: schemaRef('JsonValue') },
      { type: 'object', additionalProperties: schemaRef('JsonValue') },
    ],
  },
  Permission: {
    type: 'string',
    description: 'A permission, `kind:action`.',
    enum: permissions,
  },
  ResourceKind: {
    type: 'string',
    description: 'What a resource can be.',
    enum: resourceKinds.map(({ kind }) => kind),
  },
}

export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A personal access token or a token of a virtual account: `ch_…`.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-commonhold-tenant',
    description:
      'Set by signing in (without the prefix over plain http). Changes need X-CSRF-Token as well.',
  },
  operatorKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'The operator key of the deployment.',
  },
  operatorSession: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-commonhold-operator',
    description: 'Set by the operator’s sign-in.',
  },
}

export const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'The same key and body get the same answer for 24 hours; nothing happens twice.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag that was read, such as "3". If it has changed since: 412.',
    schema: { type: 'string' },
  },
} as const satisfies Record<string, OpenApiParameter>
