/**
 * Passwords: argon2id (RFC 9106). The costs are above OWASP's least and take about 50 ms on a small
 * server. A check for somebody who does not exist, or has no password, costs the same as any other,
 * so that the time of an answer tells nobody who is here.
 */
import { Refusal } from '@commonhold/contract'
import { type Options, hash as slowHash, verify as slowVerify } from '@node-rs/argon2'

export const passwordMemoryKib = 32 * 1024
export const passwordPasses = 3
export const passwordLanes = 1

/** Checks that wait at one time; more is a flood, and each holds `passwordMemoryKib` once it runs. */
export const passwordChecksMax = 64
const retryAfterSeconds = 2

/** `Algorithm.Argon2id`: the package declares it as a const enum, which is gone at run time. */
const argon2id = 2

const costs: Options = {
  algorithm: argon2id,
  memoryCost: passwordMemoryKib,
  timeCost: passwordPasses,
  parallelism: passwordLanes,
}

let running = 0

/** @throws unavailable while too many passwords are being checked */
async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running >= passwordChecksMax) {
    throw new Refusal('unavailable', 'Too many sign-ins at once. Try again in a moment.', {
      retryAfterSeconds,
    })
  }
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
  }
}

/** @returns a PHC string: algorithm, costs, salt and hash */
export function hashPassword(password: string): Promise<string> {
  return limited(() => slowHash(password, costs))
}

let decoy: Promise<string> | null = null

/**
 * @param stored what `hashPassword` gave, or null where there is none: then the check takes as long
 * and fails
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  decoy ??= slowHash('nobody has this password', costs)
  const against = stored ?? (await decoy)
  const matches = await limited(() => slowVerify(against, password))
  return matches && stored !== null
}
