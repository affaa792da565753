import { contractError } from "../../contract/errors.ts";
import { type Operation, pathParameters } from "../../contract/operations.ts";
import { dialectQueryNames } from "./dialects.ts";

/** The places of a request that parameters come from, parsed but unchecked. */
export interface RequestParts {
  readonly path: Readonly<Record<string, string>>;
  /** A name that was given more than once has an array. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** undefined where the request had none. */
  readonly body: unknown;
}

function queryParameters(
  operation: Operation,
  query: RequestParts["query"],
): Record<string, string | readonly string[]> {
  const { names = [], lists = [] } = operation.query ?? {};
  const parameters: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(query)) {
    const list = lists.find((known) => name === known || name === `${known}[]`);
    const ours = list ?? names.find((known) => name === known);
    if (ours === undefined && !dialectQueryNames.includes(name)) {
      throw contractError("unknown_parameter", { param: name });
    }
    const again = ours !== undefined && ours in parameters;
    if (again || (list === undefined && typeof value !== "string")) {
      throw contractError("invalid_value", { param: name, reason: "it is given more than once" });
    }
    if (ours !== undefined) parameters[ours] = list === undefined ? value : [value].flat();
  }
  return parameters;
}

function bodyParameters(operation: Operation, body: unknown): object {
  if (body === undefined) return {};
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw contractError("invalid_type", { param: "body", expected: "an object" });
  }
  // A field named like a path parameter would name another object than the one in the URL.
  const elsewhere = [...pathParameters(operation.path), ...(operation.query?.names ?? [])];
  const stray = Object.keys(body).find((name) => operation.body === null || elsewhere.includes(name));
  if (stray !== undefined) throw contractError("unknown_parameter", { param: stray });
  return body;
}

/**
 * One object with the parameters of a request from wherever they stood. Values are as they came: those of a
 * query are strings, and nothing is checked against the operation's schemas.
 * @throws ContractError for a name that does not belong where it stands, and for a body that is no object.
 */
export function requestParameters(operation: Operation, parts: RequestParts): Record<string, unknown> {
  return {
    ...bodyParameters(operation, parts.body),
    ...queryParameters(operation, parts.query),
    ...parts.path,
  };
}
