/**
 * Which passwords are refused. Length is the contract's (12 letters); what is left is what a
 * guesser tries first: well-known words with a few digits around them, keyboard runs, one letter
 * over and over, and the person's own e-mail. No rule asks for digits or capitals, because those
 * make people write `Password1234!` (NIST SP 800-63B).
 */
import { Refusal } from '@commonhold/contract'

/** What is left of a password without the digits and signs around it, in small letters. */
const commonCores = new Set(
  `password passwort passw0rd pass secret letmein welcome willkommen qwerty qwertz qwertyuiop
  qwertzuiop azerty asdfgh asdfghjkl zxcvbnm qazwsxedc iloveyou princess sunshine football baseball
  dragon monkey master superman batman trustno starwars whatever computer internet changeme default
  admin administrator adminadmin root rootroot user guest test testtest testing temp login hello
  helloworld summer winter spring autumn january monday company correcthorsebatterystaple
  commonhold commonholdadmin passwordpassword secretsecret qwertyqwerty changemechangeme
  changemenow letmeinplease welcomehome thisisapassword mypassword newpassword abcdefghijkl
  abcdefgh abcdef abc`.split(/\s+/),
)

const differentLettersMin = 5
const localPartLettersMin = 4

/** @throws refused_by_rule, pointing at the field */
export function assertGoodPassword(password: string, email: string, pointer = '/password'): void {
  const problem = problemOf(password.toLowerCase(), email.toLowerCase())
  if (problem === null) return
  throw new Refusal('refused_by_rule', `Choose another password: it ${problem}.`, {
    errors: [{ pointer, rule: 'guessable', message: problem }],
  })
}

function problemOf(password: string, email: string): string | null {
  const core = password.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  if (core === '') return 'has no letters'
  if (commonCores.has(core)) return 'is among those that are guessed first'
  if (new Set(password).size < differentLettersMin) return 'repeats very few letters'
  const [localPart = ''] = email.split('@')
  if (localPart.length >= localPartLettersMin && password.includes(localPart)) {
    return 'contains your e-mail address'
  }
  return null
}
