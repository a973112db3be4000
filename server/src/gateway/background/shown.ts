/** A response as its owner sees it: with ids of ours, for those of the provider belong to a key that many share. */
import type { BackgroundResponse } from '../../store/background-response.ts'
import type { JsonObject } from '../admission/json-body.ts'

export function shown({ id, previousId }: BackgroundResponse, upstream: JsonObject): object {
  return { ...upstream, id, previous_response_id: previousId }
}
