/** The library: the contract, the client that speaks it, and the service that is it. */
import type { HttpServer, HttpServerSettings } from "./service/http/server.ts";
import type { Service, ServiceSettings } from "./service/service.ts";

export { type Client, type ClientSettings, createClient } from "./client/client.ts";
export type { Answer, AssistantsApi, CallOptions, Method, Parameters, StreamMethod } from "./contract/api.ts";
export { ContractError, type ErrorCode, errorTable } from "./contract/errors.ts";
export type * from "./contract/events.ts";
export type { FileToUpload } from "./contract/file-to-upload.ts";
export type * from "./contract/objects.ts";
export { type OperationName, operationNames, operations } from "./contract/operations.ts";
export type { Model, ModelContent, ModelEvent, ModelItem, ModelRequest } from "./models/model.ts";
export { ModelError } from "./models/model.ts";
export { openModel } from "./models/providers.ts";
export { createRehearsal } from "./models/rehearsal/rehearsal.ts";
export type { WrittenModelSettings } from "./models/settings.ts";
export type { HttpServer, HttpServerSettings, Service, ServiceSettings };

/** Opens the embedded service, which is loaded only now. Rejects as `openService` of src/service/service.ts does. */
export async function openService(settings: ServiceSettings): Promise<Service> {
  const service = await import("./service/service.ts");
  return service.openService(settings);
}

/** Serves an implementation over HTTP; the server is loaded only now. Rejects with `port_in_use` and its like. */
export async function startHttpServer(settings: HttpServerSettings): Promise<HttpServer> {
  const http = await import("./service/http/server.ts");
  return http.startHttpServer(settings);
}
