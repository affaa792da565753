import type { FastifyInstance, FastifyReply } from "fastify";
import type { AssistantsApi, CallOptions } from "../../contract/api.ts";
import { ContractError, contractError } from "../../contract/errors.ts";
import { type Operation, type OperationName, operationNames, operations } from "../../contract/operations.ts";
import { refusal } from "./admission.ts";
import { dialectOf, dialects } from "./dialects.ts";
import { type RequestParts, requestParameters } from "./parameters.ts";

/**
 * The API as this layer sees it: what comes from outside has no type yet, checking it is the service's work.
 * Declared as methods, because only those may be looked at with wider parameters than they were written with.
 */
type UncheckedApi = {
  [Name in OperationName]: {
    call(parameters: Record<string, unknown>, options: CallOptions): Promise<unknown>;
  }["call"];
};

interface Route {
  Params: RequestParts["path"];
  Querystring: RequestParts["query"];
  Body: unknown;
}

/** Aborts when the caller goes away before it has its answer. */
function callerGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

async function ask(
  api: UncheckedApi,
  name: OperationName,
  parameters: Record<string, unknown>,
  signal: AbortSignal,
) {
  try {
    return await api[name](parameters, { signal });
  } catch (error) {
    if (error instanceof ContractError) throw error;
    if (signal.aborted && error === signal.reason) throw contractError("call_aborted", {}, { cause: error });
    // Not left to the mapping of the framework's errors, which would show some of the text.
    throw contractError("internal_error", {}, { cause: error });
  }
}

/** Adds every operation of the contract under every dialect's prefix, and `GET /health` for anybody. */
export function addRoutes(app: FastifyInstance, api: AssistantsApi, isKey: (given: string) => boolean): void {
  const unchecked: UncheckedApi = api;

  for (const dialect of dialects) {
    for (const name of operationNames) {
      const operation: Operation = operations[name];
      app.route<Route>({
        method: operation.method,
        url: dialect.prefix + operation.path.replace(/\{(\w+)\}/g, ":$1"),
        // Before the body is read: strangers cannot make the server parse anything.
        onRequest: (request, _reply, done) => {
          const code = refusal(dialect, request, isKey);
          done(code === null ? undefined : contractError(code, addressed(request)));
        },
        handler: async ({ params, query, body }, reply) => {
          const parameters = requestParameters(operation, { path: params, query, body });
          return reply.send(await ask(unchecked, name, parameters, callerGone(reply)));
        },
      });
    }
  }

  app.get("/health", async () => ({ status: "ok" }));
}

/** The error for a method and path that no route has, as the dialect of that path words it. */
export function unknownRoute(request: { method: string; url: string }): ContractError {
  const values = addressed(request);
  return contractError(dialectOf(values.path).unknownRoute, values);
}

/** Method and path as an error names them: without the query, which may hold secrets. */
function addressed({ method, url }: { method: string; url: string }) {
  return { method, path: url.split("?", 1)[0] ?? url };
}
