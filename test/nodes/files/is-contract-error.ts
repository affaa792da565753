import { ContractError } from "../../../src/contract/errors.ts";

/** For `assert.rejects`: an error of that code, whose message says this. */
export const isContractError = (code: string, says: RegExp) => (error: unknown) =>
  error instanceof ContractError && error.code === code && says.test(error.message);
