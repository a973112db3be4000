/** How long something lasts, as people choose it. */
const DAY_MS = 86_400_000

export const expiryChoices = [
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'never', label: 'Never' },
]

/** @returns the time for the API: RFC 3339, or null for never */
export function expiryFrom(choice: string, now = Date.now()): string | null {
  return choice === 'never' ? null : new Date(now + Number(choice) * DAY_MS).toISOString()
}
