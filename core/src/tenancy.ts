/**
 * The states that things can be in. One predicate decides whether something acts, and every path
 * (console, API, gateway) asks this one (cases A53, A61).
 */

/** `invited` people have no credential yet; `suspended` is reversible; `deleted` is a tombstone. */
export const lifecycleStates = ['active', 'invited', 'suspended', 'deactivated', 'deleted'] as const
export type LifecycleState = (typeof lifecycleStates)[number]

export function isActive(thing: { readonly state: LifecycleState }): boolean {
  return thing.state === 'active'
}

/** Names serve wherever an id does, so they can never look like one: no underscore, no capitals. */
export const namePattern = /^[a-z][a-z0-9-]{1,62}[a-z0-9]$/

/** The root account answers to this name whatever the tenant calls itself; nobody else may. */
export const rootAccountName = 'root'
