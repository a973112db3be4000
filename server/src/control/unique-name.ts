/** A name that is taken, said as a refusal. */
import { Refusal } from '@commonhold/contract'
import { isUniqueViolation } from '../store/constraint.ts'

/**
 * @param name the name being given
 * @throws name_taken when the write ran into an object of the same name
 */
export async function uniqueName<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new Refusal('name_taken', `"${name}" is taken. Choose another name.`, {
      errors: [{ pointer: '/name', rule: 'unique', message: 'is taken' }],
    })
  }
}
