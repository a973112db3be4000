/** A named part of the address. */
import { useParams } from '@tanstack/react-router'

/** @returns the part, decoded; empty when the address has none of that name */
export function useParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false })
  return params[name] ?? ''
}
