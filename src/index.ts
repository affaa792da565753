/** The library: the contract, the client that speaks it, and the service that is it. */

export { createClient } from "./client/client.ts";
export type { Answer, AssistantsApi, CallOptions, Method, Parameters } from "./contract/api.ts";
export { ContractError, contractError, errorTable } from "./contract/errors.ts";
export type * from "./contract/objects.ts";
export { type OperationName, operationNames, operations } from "./contract/operations.ts";
export type { Model, ModelEvent, ModelItem, ModelRequest } from "./models/model.ts";
export { ModelError } from "./models/model.ts";
