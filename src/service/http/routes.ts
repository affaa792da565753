import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { AssistantsApi, CallOptions } from "../../contract/api.ts";
import { ContractError, contractError } from "../../contract/errors.ts";
import { EVENT_STREAM, type StreamEvent } from "../../contract/events.ts";
import type { FileContent } from "../../contract/objects.ts";
import {
  type AnswerName,
  answerNames,
  answersWithBytes,
  type BytesName,
  type Operation,
  operations,
  type StreamName,
  streamOf,
} from "../../contract/operations.ts";
import { refusal } from "./admission.ts";
import { beginAnswer } from "./begun-answer.ts";
import { chooseBytes, contentHeaders, piecesAfter } from "./content-answer.ts";
import { contentRange } from "./content-range.ts";
import { type Dialect, dialectOf, dialects } from "./dialects.ts";
import { type FrameSettings, framesOf, KEEP_ALIVE_MS } from "./event-stream.ts";
import { formParameters, letGo } from "./form-parameters.ts";
import { type RequestParts, requestParameters } from "./parameters.ts";
import { POLL_HEADER, pollAfter } from "./polling.ts";

/**
 * The API as this layer sees it: what comes from outside has no type yet, checking it is the service's work.
 * Declared as methods, because only those may be looked at with wider parameters than they were written with.
 */
type UncheckedApi = {
  [Name in Exclude<AnswerName, BytesName>]: {
    call(parameters: Record<string, unknown>, options: CallOptions): Promise<unknown>;
  }["call"];
} & {
  [Name in BytesName]: {
    call(parameters: Record<string, unknown>, options: CallOptions): Promise<FileContent>;
  }["call"];
} & {
  [Name in StreamName]: {
    call(parameters: Record<string, unknown>, options: CallOptions): AsyncIterable<StreamEvent>;
  }["call"];
};

/** Proxies between are to pass each event on when it comes: neither kept, nor compressed, nor gathered. */
const STREAM_HEADERS = {
  "content-type": `${EVENT_STREAM}; charset=utf-8`,
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
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

/** What a call comes to, or the error that its caller is told. */
async function outcomeOf<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ContractError) throw error;
    if (signal.aborted && error === signal.reason) throw contractError("call_aborted", {}, { cause: error });
    // Not left to the mapping of the framework's errors, which would show some of the text.
    throw contractError("internal_error", {}, { cause: error });
  }
}

/** What tells one object's bytes from another's. They never change under an id. */
const entityTag = (params: RequestParts["path"]) =>
  JSON.stringify(Object.values(params).map(encodeURIComponent).join("/"));

/** The refusal of a range that lies behind the end, with the header that says where that is. */
function unsatisfiable({ bytes }: FileContent, reply: FastifyReply): ContractError {
  reply.header("content-range", contentRange(null, bytes));
  return contractError("range_not_satisfiable", { bytes: bytes ?? 0 });
}

/** Whether a body asks for a stream; one that says anything else than yes is the plain operation's to judge. */
function asksForStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && "stream" in body && body.stream === true;
}

export interface RouteSettings {
  isKey(given: string): boolean;
  /** For streams that fail when their first event is out; see `FrameSettings`. */
  explain: FrameSettings["explain"];
  deadline: AbortSignal;
  /** Milliseconds that the reader of a file's bytes may take none of them. */
  stallMs: number;
  /** Bytes that the data takes on the disk. */
  size?(): Promise<number>;
}

/** Adds every operation that takes no form under every dialect's prefix, and `GET /health` for anybody. */
export function addRoutes(app: FastifyInstance, api: AssistantsApi, settings: RouteSettings): void {
  const unchecked: UncheckedApi = api;
  const { isKey, size, stallMs, ...streaming } = settings;

  for (const dialect of dialects) {
    for (const name of answerNames) {
      const operation: Operation = operations[name];
      if (operation.form !== undefined) continue;
      const stream = streamOf(name);
      app.route<Route>({
        ...routeOf(dialect, operation, isKey),
        handler: async ({ params, query, body, headers }, reply) => {
          const parameters = requestParameters(operation, { path: params, query, body });
          const signal = callerGone(reply);
          if (answersWithBytes(name)) {
            const answer = await outcomeOf(() => unchecked[name](parameters, { signal }), signal);
            const asked = chooseBytes(answer, entityTag(params), headers);
            if (asked === null) throw unsatisfiable(answer, reply);
            const begin = () =>
              beginAnswer(asked.content, signal, (first, pieces) => {
                reply.code(asked.status).headers({ ...contentHeaders(answer), ...asked.headers });
                reply.raw.setTimeout(stallMs, () => reply.raw.destroy());
                const body = piecesAfter(first, pieces, streaming.explain);
                reply.send(Readable.from(body, { objectMode: false }));
              });
            await outcomeOf(begin, signal);
            return reply;
          }
          if (stream === null || !asksForStream(body)) {
            const answer = await outcomeOf(() => unchecked[name](parameters, { signal }), signal);
            const wait = pollAfter(answer);
            if (wait !== null) reply.header(POLL_HEADER, wait);
            return reply.send(answer);
          }
          // What is refused is refused with the first event, with its status; later it is too late for one.
          const begin = () =>
            beginAnswer(unchecked[stream](parameters, { signal }), signal, (first, events) => {
              const frames = framesOf(first, events, { ...streaming, keepAliveMs: KEEP_ALIVE_MS });
              reply.headers(STREAM_HEADERS).send(Readable.from(frames));
            });
          await outcomeOf(begin, signal);
          return reply;
        },
      });
    }
  }

  app.get("/health", async () => ({ status: "ok", ...(size ? { store_bytes: await size() } : {}) }));
}

/** Adds the operations that take a form, to a server that reads no other bodies. */
export function addFormRoutes(app: FastifyInstance, api: AssistantsApi, settings: RouteSettings): void {
  const unchecked: UncheckedApi = api;
  for (const dialect of dialects) {
    for (const name of answerNames) {
      const operation: Operation = operations[name];
      const { form } = operation;
      if (form === undefined) continue;
      app.route<Route>({
        ...routeOf(dialect, operation, settings.isKey),
        config: { slowBody: true },
        handler: async (request, reply) => {
          const { params: path, query } = request;
          const signal = callerGone(reply);
          try {
            const complete = (body: object) => requestParameters(operation, { path, query, body });
            const parameters = await formParameters(request, form, complete);
            return reply.send(await outcomeOf(() => unchecked[name](parameters, { signal }), signal));
          } finally {
            letGo(request);
          }
        },
      });
    }
  }
}

/** Where an operation is found, and who is let in. */
function routeOf(dialect: Dialect, operation: Operation, isKey: RouteSettings["isKey"]) {
  return {
    method: operation.method,
    url: dialect.prefix + operation.path.replace(/\{(\w+)\}/g, ":$1"),
    // Before the body is read: strangers cannot make the server parse anything.
    onRequest: (request: FastifyRequest<Route>, _reply: FastifyReply, done: (error?: Error) => void) => {
      const code = refusal(dialect, request, operation.outsideBeta ?? false, isKey);
      done(code === null ? undefined : contractError(code, addressed(request)));
    },
  };
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
