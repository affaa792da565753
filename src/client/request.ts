import { contractError } from "../contract/errors.ts";
import { fileToUpload } from "../contract/file-to-upload.ts";
import { finiteNumbers } from "../contract/finite-numbers.ts";
import { type Operation, type OperationName, operations } from "../contract/operations.ts";
import { checkStreamField } from "../contract/stream-field.ts";
import type { Endpoint } from "./endpoint.ts";
import { type FormBody, formBody } from "./form-body.ts";

/** One request as it goes onto the wire. */
export interface WireRequest {
  readonly method: Operation["method"];
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormBody | null;
  /** The address without its query, for errors. */
  readonly url: string;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Puts the parameters of an operation where its row wants them, and asks for a stream where it streams. Without
 * a body row all that is not in the path goes to the query, also what the row does not name: the server may be
 * newer than we are, and a wrong name is then refused by it instead of being lost here.
 * Throws what is wrong with the parameters, before anything is sent.
 */
export function buildRequest(endpoint: Endpoint, name: OperationName, parameters: Values): WireRequest {
  const operation: Operation = operations[name];
  checkStreamField(name, parameters["stream"]);
  const { form } = operation;
  const file = form === undefined ? null : fileToUpload(form, parameters[form]);
  const rest = new Map(Object.entries(parameters));
  if (form !== undefined) rest.delete(form);
  if (operation.streams) rest.set("stream", true);
  const path =
    endpoint.basePath +
    operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      rest.delete(name);
      return pathSegment(name, parameters[name]);
    });

  const query: [string, unknown][] = Object.entries(endpoint.query);
  const body: [string, unknown][] = [];
  for (const [name, value] of rest) {
    const inQuery = operation.body === null || operation.query?.names.includes(name);
    (inQuery ? query : body).push([name, value]);
  }
  const { origin } = endpoint;
  const request = { method: operation.method, origin, path: path + queryString(query), url: origin + path };
  if (operation.body === null) return { ...request, headers: endpoint.headers, body: null };
  if (form !== undefined && file) {
    const filled = formBody(form, file, body);
    const length = filled.length === null ? {} : { "content-length": String(filled.length) };
    return {
      ...request,
      headers: { ...endpoint.headers, "content-type": filled.type, ...length },
      body: filled,
    };
  }
  const headers = { ...endpoint.headers, "content-type": "application/json" };
  return { ...request, headers, body: toJson(body) };
}

function pathSegment(name: string, value: unknown): string {
  if (value === undefined || value === null || value === "") {
    throw contractError("missing_required_parameter", { param: name });
  }
  const text = String(value);
  // Servers and proxies resolve dot segments, even percent-encoded ones: the request would mean something else.
  if (text === "." || text === ".." || !text.isWellFormed()) {
    throw contractError("invalid_value", { param: name, reason: "it cannot stand in an address" });
  }
  return encodeURIComponent(text);
}

function queryString(entries: [string, unknown][]): string {
  const query = new URLSearchParams();
  for (const [name, value] of entries) {
    if (Array.isArray(value)) for (const element of value) query.append(`${name}[]`, String(element));
    else if (value !== undefined && value !== null) query.append(name, String(value));
  }
  return query.size === 0 ? "" : `?${query}`;
}

function toJson(entries: [string, unknown][]): string {
  try {
    return JSON.stringify(Object.fromEntries(entries), finiteNumbers);
  } catch (error) {
    // Circular objects, BigInts, and numbers that are none.
    const reason = error instanceof Error ? error.message : String(error);
    throw contractError("invalid_json", { reason }, { cause: error });
  }
}
