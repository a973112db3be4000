/** For each error code, what it means and what to do. A code without advice does not compile. */
import type { ErrorCode } from '@commonhold/contract'

interface Advice {
  readonly means: string
  readonly whatToDo: string
}

export const adviceOn: Readonly<Record<ErrorCode, Advice>> = {
  malformed_request: {
    means: 'The request is not well-formed: the body is not JSON, or the address can’t be decoded.',
    whatToDo: 'Correct the request. Sending the same one again gets the same answer.',
  },
  invalid_input: {
    means: 'A field or parameter is missing, unknown, too long or of the wrong form.',
    whatToDo:
      'Read `errors`: each entry has a JSON pointer to the field, the rule and a sentence. Unknown fields are refused too, so that a misspelt one is not silently ignored.',
  },
  invalid_cursor: {
    means:
      'A cursor is bound to one caller, one filter and one order. This one is from another list.',
    whatToDo: 'Begin the list again without a cursor, and keep filter and sort while paging.',
  },
  not_signed_in: {
    means: 'The request has no credential, or one that nobody ever had.',
    whatToDo:
      'Sign in, or send `Authorization: Bearer ch_…` with a token. A token is shown once, when it is created.',
  },
  credential_expired: {
    means:
      'The session or token was good once. It has expired, was revoked, or its owner was deactivated.',
    whatToDo: 'Sign in again, or create or rotate the token.',
  },
  sign_in_failed: {
    means: 'The e-mail or the password is wrong. Which of the two is not told, on purpose.',
    whatToDo: 'Try again. An admin of the account can send a new invitation link.',
  },
  csrf_token_missing: {
    means:
      'A change was sent with the session cookie but without the token that proves its origin.',
    whatToDo:
      'Send the `csrfToken` of the session in the header `X-CSRF-Token`. Programs should use a token instead of the cookie.',
  },
  not_allowed: {
    means:
      'You are known and may see the object, but a condition of the access rule does not hold: no grant, the permission boundary, the share’s maximum, or the token’s scopes.',
    whatToDo:
      'Read `missingPermissions`, and ask an admin of the account for a role that has them. `commonhold explain` says which condition failed.',
  },
  hands_out_more_than_held: {
    means:
      'A grant, role, share, token, invitation or membership would hand out, or take away, permissions that its author does not hold on that object now.',
    whatToDo: 'Read `missingPermissions`. Ask somebody who holds them, or hand out less.',
  },
  operator_only: {
    means: 'Only the operator of the deployment may do this, with the operator key.',
    whatToDo: 'Use the operator key, or ask whoever runs this deployment.',
  },
  not_found: {
    means:
      'Nothing by that name or id exists for you. An object of another account answers in exactly the same way as one that does not exist.',
    whatToDo: 'Check the name, the kind and above all the account that you are acting in.',
  },
  method_not_allowed: {
    means: 'The address exists, but not with this method.',
    whatToDo: 'Look at the `Allow` header or the API reference.',
  },
  name_taken: {
    means: 'Something of the same kind in the same account has the name already.',
    whatToDo: 'Choose another name, or change the object that has it.',
  },
  name_ambiguous: {
    means: 'The name means more than one object, such as the same model name at two providers.',
    whatToDo: 'Write it with its parent, such as `provider-account/model`, or use the id.',
  },
  wrong_state: {
    means:
      'The object is in a state that does not allow this: suspended, deactivated, used, deleted.',
    whatToDo: 'Read its `state`, and bring it into one that does.',
  },
  in_use: {
    means: 'Something still depends on it, and would break.',
    whatToDo: 'A dry run (`?dryRun=true`) lists what would be lost. Remove that first.',
  },
  revision_mismatch: {
    means:
      'Somebody changed the object after you read it: its revision is not the one in `If-Match`.',
    whatToDo: 'Read it again, apply your change to what is there now, and send the new revision.',
  },
  body_too_large: {
    means: 'The body is larger than the operation takes.',
    whatToDo: 'Send less, in several requests if need be.',
  },
  unsupported_media_type: {
    means: 'The body is not declared as JSON.',
    whatToDo: 'Send `Content-Type: application/json`.',
  },
  refused_by_rule: {
    means:
      'The request is well-formed, but a rule of the domain forbids it. `detail` names the rule.',
    whatToDo: 'Read `detail`. Sending the same request again gets the same answer.',
  },
  idempotency_key_reused: {
    means: 'The `Idempotency-Key` was used in the last 24 hours for a request with another body.',
    whatToDo: 'Use a new key for a new request, and the same key only to repeat the same request.',
  },
  unsafe_url: {
    means: 'The address leads to a network that the control plane must not call, such as its own.',
    whatToDo: 'Use a public address, or ask the operator to allow this one.',
  },
  too_many_requests: {
    means: 'You sent more than a limit allows in its period of time.',
    whatToDo:
      'Wait for as many seconds as `Retry-After` says. `RateLimit-*` headers show what is left.',
  },
  internal_error: {
    means: 'Something failed that should not have. Nothing about its cause leaves the server.',
    whatToDo:
      'Try again later. If it stays, give the `requestId` to whoever runs this deployment: it is in the log.',
  },
  unavailable: {
    means: 'A part that the request needs is not there just now: starting, stopping or overloaded.',
    whatToDo: 'Wait for as many seconds as `Retry-After` says, and repeat the request.',
  },
}
