import type { AssistantsApi, Method } from "./api.ts";
import { type OperationName, operationNames } from "./operations.ts";

function isWhole(methods: object): methods is AssistantsApi {
  return operationNames.every((name) => name in methods);
}

/** An implementation of the whole API, made row by row: `implement` is asked once for each operation. */
export function implementApi(
  implement: <Name extends OperationName>(name: Name) => Method<Name>,
): AssistantsApi {
  const methods = Object.fromEntries(operationNames.map((name) => [name, implement(name)]));
  if (!isWhole(methods)) throw new TypeError("An operation of the contract has no implementation.");
  return methods;
}
