/** The one function that turns whatever went wrong into a sentence for a person. */
import { CommonholdError } from '@commonhold/sdk'

const OFFLINE = 'The server can’t be reached. Check the connection and try again.'

export function sentence(error: unknown): string {
  if (error instanceof CommonholdError) return ofProblem(error)
  return error instanceof Error ? error.message : 'Something went wrong.'
}

function ofProblem(error: CommonholdError): string {
  if (error.code === 'network') return OFFLINE
  const said = error.detail || error.title
  const missing = error.missingPermissions
  if (error.code === 'internal_error') {
    return `Something went wrong on the server. Its log has it as ${error.requestId}.`
  }
  if (missing.length === 0 || missing.every((one) => said.includes(one))) return said
  const named = missing.slice(0, 5).join(', ')
  const rest = missing.length > 5 ? ` and ${missing.length - 5} more` : ''
  return `${said.replace(/\.$/, '')}. Missing: ${named}${rest}.`
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof CommonholdError && error.status === status
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof CommonholdError && error.code === code
}

/**
 * What the API says about single fields.
 * @returns by the field's name (the first part of its pointer), what is wrong with it
 */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof CommonholdError)) return {}
  const found: Record<string, string> = {}
  for (const { pointer, message } of error.errors) {
    const field = pointer.replace(/^#?\/(body\/)?/, '').split('/')[0] ?? ''
    if (field !== '' && found[field] === undefined) found[field] = capitalised(message)
  }
  if (error.code === 'name_taken' && found.name === undefined) found.name = error.detail
  return found
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
