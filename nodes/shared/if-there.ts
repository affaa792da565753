import { ContractError } from "../../src/contract/errors.ts";

/** What the service was asked for; undefined where it has no such thing, or not any more. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ContractError && error.status === 404) return undefined;
    throw error;
  }
}
