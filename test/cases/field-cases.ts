/**
 * Which test holds which field case: what went wrong in systems of this kind, by its number, and where
 * it is tried here. A number whose test carries it in its name is found by itself (`… (A13)`); the
 * others are named here. What can't happen here stands below, with the reason.
 */
export interface HeldBy {
  readonly file: string
  /** A part of the test's name. */
  readonly test: string
}

const matrix = 'test/isolation/matrix.test.ts'
const everyOperation = 'has a row for every operation, and for every field and filter'

/** The numbers of the cases about access, lifecycle and identity. */
export const numbers: readonly string[] = [
  ...Array.from({ length: 33 }, (_, index) => `A${2 * index + 1}`),
  ...[1, 3, 5, 7, 9].map((number) => `A+${number}`),
]

export const heldElsewhere: Readonly<Record<string, readonly HeldBy[]>> = {
  // Configuration and secrets of one thing, such as a provider's key.
  A3: [
    { file: matrix, test: everyOperation },
    {
      file: 'server/test/control/provider-account.test.ts',
      test: 'an account that it is shared to learns neither its address nor its key',
    },
  ],
  // What is added tomorrow is in the matrix by itself, or fails it.
  A15: [{ file: matrix, test: everyOperation }],
  // Handles that lead to something else: sessions, invitations, tokens by their id.
  A21: [
    { file: matrix, test: everyOperation },
    {
      file: 'server/test/control/me.test.ts',
      test: 'sessions are listed and revoked one by one, and just one’s own',
    },
  ],
  A29: [
    {
      file: 'test/bad-input/addresses.test.ts',
      test: 'an edited cursor, and one of another list, order or caller',
    },
  ],
  // Many at once: each is checked as one would be, and all or none are done.
  A31: [
    {
      file: 'server/test/control/access-review-act.test.ts',
      test: 'takes none where the reviewer does not hold what one of them carries',
    },
  ],
  A59: [
    { file: 'server/test/gateway/access.test.ts', test: 'T75: a running stream ends when %s' },
    {
      file: 'server/test/control/user.test.ts',
      test: 'an open invitation ends with deactivation',
    },
  ],
  'A+5': [
    {
      file: 'server/test/gateway/outage.test.ts',
      test: 'without the database: leased calls go on, others get 503 and never 401',
    },
    { file: 'server/test/master-key.test.ts', test: 'a lost key is not replaced' },
  ],
  'A+7': [
    {
      file: 'server/test/gateway/limits.test.ts',
      test: 'every level of budget counts, and the refusal names the one that is full',
    },
  ],
  'A+9': [
    {
      file: 'server/test/control/prompt-version.test.ts',
      test: 'revealing a secret needs secret:use',
    },
  ],
}

/** What can't happen here, and why. */
export const notHere: Readonly<Record<string, string>> = {
  A23: 'No file is handed out by an id or by a signed address: what is exported is the answer to an authorised request, and has its row in the matrix.',
}
