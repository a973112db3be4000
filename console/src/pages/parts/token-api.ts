/** The same five calls for tokens of a virtual account and for one's own. */
import { client } from '../../api/client.ts'
import type { ListPage, ListQuery } from '../../api/query.ts'

export type Token = Awaited<ReturnType<typeof client.token.get>>
export type TokenWithSecret = Token & { secret: string }
type Input = Parameters<typeof client.token.create>[1]
type Changes = Parameters<typeof client.token.update>[1]

export interface TokenApi {
  noun: string
  /** What the path of the list names besides the account. */
  params: Readonly<Record<string, string>>
  list: { read(query: ListQuery & { account: string }): Promise<ListPage<Token>> }['read']
  create: (account: string, input: Input) => Promise<TokenWithSecret>
  update: (account: string, token: Token, changes: Changes) => Promise<Token>
  rotate: (account: string, token: Token, overlapSeconds: number) => Promise<TokenWithSecret>
  revoke: (account: string, token: Token) => Promise<void>
  previewRevoke: (account: string, token: Token) => ReturnType<typeof previewOf>
}

const previewOf = (params: { account: string; virtualAccount: string; token: string }) =>
  client.token.delete(params, { dryRun: true })

export function virtualAccountTokens(virtualAccount: string): TokenApi {
  const at = (account: string, token: Token) => ({ account, virtualAccount, token: token.id })
  return {
    noun: 'token',
    params: { virtualAccount },
    list: client.token.list,
    create: (account, input) => client.token.create({ account, virtualAccount }, input),
    update: (account, token, changes) =>
      client.token.update(at(account, token), changes, { ifMatch: token.revision }),
    rotate: (account, token, overlapSeconds) =>
      client.token.rotate(at(account, token), { overlapSeconds }),
    revoke: (account, token) => client.token.delete(at(account, token)),
    previewRevoke: (account, token) => previewOf(at(account, token)),
  }
}

export const personalTokens: TokenApi = {
  noun: 'personal-access-token',
  params: {},
  list: client.personalAccessToken.list,
  create: (account, input) => client.personalAccessToken.create({ account }, input),
  update: (account, token, changes) =>
    client.personalAccessToken.update({ account, token: token.id }, changes, {
      ifMatch: token.revision,
    }),
  rotate: (account, token, overlapSeconds) =>
    client.personalAccessToken.rotate({ account, token: token.id }, { overlapSeconds }),
  revoke: (account, token) => client.personalAccessToken.delete({ account, token: token.id }),
  previewRevoke: (account, token) =>
    client.personalAccessToken.delete({ account, token: token.id }, { dryRun: true }),
}
