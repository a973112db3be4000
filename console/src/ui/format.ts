/** How numbers, money and durations are written. Time has a component of its own. */
const NANOS_PER_USD = 1_000_000_000n
const CENT_NANOS = NANOS_PER_USD / 100n
const FRACTION_DIGITS_MAX = 9

const whole = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

export function count(value: number): string {
  return whole.format(value)
}

export function compactCount(value: number): string {
  return value < 10_000 ? whole.format(value) : compact.format(value)
}

/** @returns "1 member", "3 members" */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${whole.format(value)} ${value === 1 ? noun : plural}`
}

/**
 * @param nanos integer nano-US-dollars as text; exact, since it never becomes a double
 * @returns "$12.50", rounded to the cent; below a dollar to a hundredth of it; below a cent as many digits as tell it from zero: "$0.00042"
 */
export function moneyFromNanos(nanos: string): string {
  const value = BigInt(nanos)
  const sign = value < 0n ? '−' : ''
  const exact = value < 0n ? -value : value
  const unit = exact >= NANOS_PER_USD ? CENT_NANOS : exact >= CENT_NANOS ? CENT_NANOS / 100n : 1n
  const size = ((exact + unit / 2n) / unit) * unit
  const dollars = whole.format(size / NANOS_PER_USD)
  const fraction = (size % NANOS_PER_USD).toString().padStart(FRACTION_DIGITS_MAX, '0')
  return `${sign}$${dollars}.${fraction.slice(0, digitsOf(size, fraction))}`
}

/** Two digits from a dollar on, four below it, and below a cent the first two that are not zero. */
function digitsOf(size: bigint, fraction: string): number {
  if (size >= NANOS_PER_USD || size === 0n) return 2
  if (size >= CENT_NANOS) return Math.max(2, fraction.slice(0, 4).replace(/0+$/, '').length)
  const end = Math.min(fraction.search(/[1-9]/) + 2, FRACTION_DIGITS_MAX)
  return fraction.slice(0, end).replace(/0+$/, '').length
}

export function exactUsdFromNanos(nanos: string): string {
  const value = BigInt(nanos)
  const size = value < 0n ? -value : value
  const fraction = (size % NANOS_PER_USD).toString().padStart(FRACTION_DIGITS_MAX, '0')
  return `${value < 0n ? '-' : ''}${size / NANOS_PER_USD}.${fraction} USD`
}

/** For drawing only: a double is exact enough for a bar's height. */
export function dollarsForDrawing(nanos: string): number {
  return Number(BigInt(nanos)) / Number(NANOS_PER_USD)
}

/** @param usd a decimal string as the API writes prices, such as "0.150000000" */
export function priceText(usd: string): string {
  const trimmed = usd.includes('.') ? usd.replace(/0+$/, '').replace(/\.$/, '') : usd
  const [dollars = '0', cents = ''] = trimmed.split('.')
  return `$${whole.format(BigInt(dollars))}.${cents.padEnd(2, '0')}`
}

/** For axes and tooltips of charts, where a double is exact enough: "$12.50", "$0.0042", "$1.2K". */
export function dollarsText(dollars: number): string {
  if (dollars === 0) return '$0'
  if (dollars >= 10_000) return `$${compact.format(dollars)}`
  if (dollars >= 10) return `$${whole.format(Math.round(dollars * 100) / 100)}`
  return dollars >= 0.01 ? `$${dollars.toFixed(2)}` : `$${Number(dollars.toPrecision(2))}`
}

/** @returns the same amount as a person would type it: "0.150000000" → "0.15" */
export function plainUsd(usd: string): string {
  return usd.includes('.') ? usd.replace(/\.?0+$/, '') : usd
}

export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}

export function percent(part: bigint, of: bigint): number {
  if (of <= 0n) return part > 0n ? 100 : 0
  return Number((part * 10_000n) / of) / 100
}

/** @returns "Provider account" for "provider-account" */
export function kindLabel(kind: string): string {
  const words = kind.replaceAll('-', ' ').replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A name as the API wants it, from what a person typed as the display name. */
export function nameFrom(displayName: string): string {
  return displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 64)
}

interface Units {
  images?: number
  audioSeconds?: number
  characters?: number
  searchUnits?: number
}

/** @returns tokens in and out, and what was used besides; tokens are left out where there were none */
export function usedText(
  { inputTokens, outputTokens, units }: { inputTokens: number; outputTokens: number; units: Units },
  number = count,
): string {
  const others = unitsText(units)
  if (inputTokens + outputTokens === 0 && others !== '') return others
  const tokens = `${number(inputTokens)} / ${number(outputTokens)}`
  return others === '' ? tokens : `${tokens} · ${others}`
}

/** @returns what was used besides tokens, such as "2 images", or nothing */
function unitsText({ images, audioSeconds, characters, searchUnits }: Units): string {
  const parts = [
    images === undefined ? '' : counted(images, 'image'),
    audioSeconds === undefined ? '' : counted(Math.ceil(audioSeconds / 6) / 10, 'minute'),
    characters === undefined ? '' : counted(characters, 'character'),
    searchUnits === undefined ? '' : counted(searchUnits, 'search unit'),
  ]
  return parts.filter((part) => part !== '').join(', ')
}
