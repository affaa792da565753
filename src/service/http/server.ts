import { lookup } from "node:dns/promises";
import type { AddressInfo } from "node:net";
import multipart from "@fastify/multipart";
import { type FastifyInstance, type FastifyReply, fastify } from "fastify";
import type { AssistantsApi } from "../../contract/api.ts";
import { ContractError, contractError, type ErrorCode } from "../../contract/errors.ts";
import { newId } from "../../contract/ids.ts";
import { keyChecker } from "./admission.ts";
import { limitArrival } from "./arrival.ts";
import { afterWholeRequests } from "./broken-requests.ts";
import { prepareClosing } from "./closing.ts";
import { BODY_LIMIT, readJsonBodies } from "./json-body.ts";
import { remembered } from "./remembered.ts";
import { givenRequestId, REQUEST_ID } from "./request-id.ts";
import { addFormRoutes, addRoutes, unknownRoute } from "./routes.ts";
import { toContractError } from "./wire-errors.ts";

/** Milliseconds that a request with a file has to arrive, every other one, and the headers of each. */
const REQUEST_TIMEOUT = 3_600_000;
const BODY_TIMEOUT = 60_000;
const HEADERS_TIMEOUT = 20_000;
/** Milliseconds that a connection may wait for its next request. */
const KEEP_ALIVE_TIMEOUT = 30_000;
/** Milliseconds that requests under way may still take when the server closes. */
const CLOSING_GRACE = 5_000;
/** Milliseconds that the size of the data is remembered: anybody may ask, and it costs a look at all of it. */
const SIZE_REMEMBERED = 5_000;
/** Characters; the whole request line is bounded before. */
const MAX_ID_LENGTH = 16_384;

export interface HttpServerSettings {
  api: AssistantsApi;
  /** What callers must present. Never empty. */
  apiKey: string;
  /** 0 picks a free one. */
  port: number;
  /** Name or address to listen on; 127.0.0.1 unless given. */
  host?: string;
  /** Bytes that the data takes on the disk, for `GET /health`, remembered for seconds; not told unless given. */
  size?: () => Promise<number>;
  /**
   * Milliseconds that a body has to arrive, or one with a file may be silent, and that the reader of a file may take
   * nothing; a minute unless given.
   */
  bodyTimeoutMs?: number;
  /** Told of failures that callers cannot mend, such as of a disk; a process warning unless given. */
  onError?: (error: unknown) => void;
}

export interface HttpServer {
  /** Without a path or a slash at its end, such as `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly port: number;
  /**
   * Gives requests under way up to 5 s, and streams half a second more to say that they end; resolves when the
   * last connection is gone.
   */
  close(): Promise<void>;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

/** What callers cannot mend: the unforeseen, and a disk that fails. */
const reported: readonly string[] = ["internal_error", "files_unavailable"] satisfies ErrorCode[];

/** The error as callers are told of it. Some are reported, unless the call was given up by its caller. */
function explain(error: unknown, callerGone: boolean, onError: (error: unknown) => void): ContractError {
  const known = toContractError(error);
  const givenUp = callerGone && error instanceof ContractError && error.code === "call_aborted";
  // The text of an unforeseen one says nothing; what it came from does.
  if (reported.includes(known.code) && !givenUp) {
    onError(known.code === "internal_error" ? (known.cause ?? known) : known);
  }
  return known;
}

function answerError(error: unknown, reply: FastifyReply, onError: (error: unknown) => void): void {
  const known = explain(error, reply.raw.destroyed, onError);
  // The framework closes the connection on a bad body, which can destroy the answer before it is read.
  reply.removeHeader("connection");
  reply.code(known.status).header(REQUEST_ID, reply.request.id).send(known.toWire());
}

function build(given: HttpServerSettings) {
  const { api, apiKey, size, bodyTimeoutMs = BODY_TIMEOUT, onError = warn } = given;
  const brokenRequests = afterWholeRequests();
  const app: FastifyInstance = fastify({
    genReqId: ({ headers }) => givenRequestId(headers[REQUEST_ID]) ?? newId("req"),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    // The framework's own refusals are not in the contract's shape; see closing.ts and the hook below.
    return503OnClosing: false,
    // The service itself says which ids are too long.
    routerOptions: { maxParamLength: MAX_ID_LENGTH },
    http: { headersTimeout: HEADERS_TIMEOUT, requireHostHeader: false },
    exposeHeadRoutes: false,
    clientErrorHandler: brokenRequests.answer,
    frameworkErrors: (error, _request, reply) => answerError(error, reply, onError),
  });

  app.server.on("request", brokenRequests.hear);
  // Before all hooks that refuse a request, so that what is refused is limited too.
  limitArrival(app, bodyTimeoutMs, brokenRequests);
  // Set up before closing, so that requests refused while closing carry the same headers.
  app.addHook("onRequest", (request, reply, done) => {
    reply.header(REQUEST_ID, request.id);
    const hostMissing = request.raw.httpVersion === "1.1" && request.headers.host === undefined;
    if (request.is404) done(unknownRoute(request));
    else done(hostMissing ? contractError("bad_request", { reason: "it has no Host header." }) : undefined);
  });
  const { close, graceOver } = prepareClosing(app, CLOSING_GRACE);
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, onError));
  // Expectations that Node does not know would be answered without a body; they are ignored instead.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));

  readJsonBodies(app);
  const settings = {
    isKey: keyChecker(apiKey),
    // A call is given up in the middle of its stream for one reason only.
    explain: (error: unknown) => explain(error, true, onError).toWire().error,
    deadline: graceOver,
    stallMs: bodyTimeoutMs,
    ...(size ? { size: remembered(size, SIZE_REMEMBERED) } : {}),
  };
  addRoutes(app, api, settings);
  // Apart from the others, which read no forms.
  app.register(async (forms) => {
    forms.removeAllContentTypeParsers();
    forms.addContentTypeParser("*", (_request, _body, done) => done(contractError("form_expected")));
    await forms.register(multipart);
    addFormRoutes(forms, api, settings);
  });
  return { app, close };
}

function listenError(error: unknown, host: string, port: number) {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return contractError("port_in_use", { port }, { cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return contractError("address_unavailable", { host, port, reason }, { cause: error });
}

function addressOf(app: FastifyInstance): AddressInfo {
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server has no address.");
  return address;
}

/**
 * Serves an API over HTTP, in every dialect, until it is closed.
 * @throws ContractError `missing_api_key`, `port_in_use` or `address_unavailable`.
 */
export async function startHttpServer(settings: HttpServerSettings): Promise<HttpServer> {
  const { apiKey, host = "127.0.0.1", port, onError = warn } = settings;
  if (apiKey === "") throw contractError("missing_api_key");
  const { app, close } = build(settings);
  try {
    // Looked up here, because the framework opens a second server for a name with two addresses.
    const { address } = await lookup(host);
    await app.listen({ host: address, port });
  } catch (error) {
    await close();
    throw listenError(error, host, port);
  }
  // Such as no file descriptors left for a connection; without a listener it would end the process.
  app.server.on("error", onError);
  const { address, family, port: bound } = addressOf(app);
  return { url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`, port: bound, close };
}
