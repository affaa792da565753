import assert from "node:assert/strict";
import type { AssistantsApi, CallOptions } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { StreamEvent } from "../../src/contract/events.ts";
import type { OperationName } from "../../src/contract/operations.ts";

/** The API for callers without types. Methods, because only those may be looked at with wider parameters. */
type UncheckedApi = {
  [Name in OperationName]: {
    call(
      parameters: Record<string, unknown>,
      options?: CallOptions,
    ): Promise<unknown> | AsyncIterable<StreamEvent>;
  }["call"];
};

/** Calls an operation with parameters that its types would not let through; of a stream it is the first event. */
export async function callUnchecked(
  api: AssistantsApi,
  name: OperationName,
  parameters: Record<string, unknown>,
  options?: CallOptions,
): Promise<unknown> {
  const unchecked: UncheckedApi = api;
  const called = unchecked[name](parameters, options);
  if (called instanceof Promise) return called;
  for await (const event of called) return event;
  return null;
}

/** The error a call rejects with; fails if it does not, or with anything else than a ContractError. */
export async function errorOf(call: Promise<unknown>): Promise<ContractError> {
  const outcome = await call.then(
    (answer) => new Error(`it answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof ContractError) return outcome;
  throw outcome;
}

export interface ExpectedError {
  code: string;
  message: string;
  /** Default 400. */
  status?: number;
  param?: string | null;
  wireCode?: string | null;
}

/** Asserts every field of the error that a call rejects with; it is the same whoever implements the API. */
export async function assertRejects(call: Promise<unknown>, expected: ExpectedError): Promise<void> {
  const { code, message, status, param, wireCode, type } = await errorOf(call);
  assert.deepEqual(
    { code, message, status, param, wireCode, type },
    { status: 400, param: null, wireCode: null, type: "invalid_request_error", ...expected },
  );
}

/** Asserts the 404 of an object that is not there. */
export function assertNotFound(call: Promise<unknown>, code: string, message: string): Promise<void> {
  return assertRejects(call, { code, message, status: 404 });
}
