/** Months as invoices name them: `2026-11`, in UTC. */
const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' })

/** @returns "November 2026"; whatever is not a month, as it is */
export function monthText(period: string): string {
  return /^\d{4}-\d{2}$/.test(period) ? month.format(new Date(`${period}-01T00:00:00Z`)) : period
}
