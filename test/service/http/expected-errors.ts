import assert from "node:assert/strict";
import { contractError, type ErrorCode } from "../../../src/contract/errors.ts";
import type { Answer } from "./running-server.ts";

/** Asserts that an answer is this error of the table, status, text and all, under a request id. */
export function assertError(
  answer: Answer,
  code: ErrorCode,
  values: Record<string, string | number> = {},
): void {
  const expected = contractError(code, values);
  assert.deepEqual(answer.body, expected.toWire());
  assert.equal(answer.status, expected.status);
  assert.match(answer.headers.get("x-request-id") ?? "", /^req_\w{24}$/);
}
