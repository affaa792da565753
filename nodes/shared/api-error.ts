import { ContractError } from "../../src/contract/errors.ts";
import { FlowError } from "./flow-error.ts";

/** Any failure as Catch can use it. Node-RED hands on an error's `code` and `cause` and nothing else of ours. */
export function toFlowError(error: unknown): FlowError {
  if (error instanceof FlowError) return error;
  if (error instanceof ContractError) {
    return new FlowError(error.code, error.message, {
      status: error.status,
      type: error.type,
      code: error.wireCode,
      param: error.param,
      message: error.message,
      request_id: error.requestId,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new FlowError("internal_error", message, error);
}
