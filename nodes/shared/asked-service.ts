import type { NodeAPI } from "node-red";
import { ContractError } from "../../src/contract/errors.ts";
import { toFlowError } from "./api-error.ts";
import type { Connection } from "./connection.ts";
import { FlowError } from "./flow-error.ts";
import { text } from "./texts.ts";

/**
 * A failure as Catch can use it. Where the service has no such thing the sentence says which service was asked: what
 * one has made is unknown to another, and a node may have been given the wrong one.
 */
export function failureAt(RED: NodeAPI, connection: Connection, error: unknown): FlowError {
  const failure = toFlowError(error);
  if (!(error instanceof ContractError) || error.status !== 404) return failure;
  const service = connection.serviceName || text(RED, "asked.builtIn");
  const sentence = text(RED, "asked.notFound", { message: failure.message, service });
  return new FlowError(failure.code, sentence, failure.cause);
}
