import type { ErrorCode } from "../../contract/errors.ts";

/** Where a key may stand: in a header, whole or behind a scheme such as `Bearer`. */
export interface KeyPlace {
  /** Lower case. */
  readonly header: string;
  readonly scheme: string | null;
}

/** What a request must carry besides the key; `value` null means that any value will do. */
export interface Requirement {
  readonly where: "header" | "query";
  /** Lower case for a header. */
  readonly name: string;
  readonly value: string | null;
  /** Whether it names the beta, which not every operation is part of. */
  readonly beta: boolean;
  readonly error: ErrorCode;
}

/** One vendor's manner of asking for the same operations. */
export interface Dialect {
  readonly prefix: string;
  readonly keys: readonly KeyPlace[];
  readonly badKey: ErrorCode;
  readonly requires: Requirement;
  readonly unknownRoute: ErrorCode;
}

const bearer: KeyPlace = { header: "authorization", scheme: "Bearer" };

const openai: Dialect = {
  prefix: "/v1",
  keys: [bearer],
  badKey: "invalid_api_key",
  requires: {
    where: "header",
    name: "openai-beta",
    value: "assistants=v2",
    beta: true,
    error: "missing_beta_header",
  },
  unknownRoute: "route_not_found",
};

const azure: Dialect = {
  prefix: "/openai",
  keys: [{ header: "api-key", scheme: null }, bearer],
  badKey: "azure_invalid_api_key",
  requires: { where: "query", name: "api-version", value: null, beta: false, error: "azure_route_not_found" },
  unknownRoute: "azure_route_not_found",
};

/** Every dialect the service speaks. */
export const dialects: readonly Dialect[] = [openai, azure];

/** Query names that belong to the dialects and never reach an operation. */
export const dialectQueryNames: readonly string[] = dialects.flatMap(({ requires }) =>
  requires.where === "query" ? [requires.name] : [],
);

/** The dialect whose prefix a path begins with; outside of all prefixes, OpenAI's. */
export function dialectOf(path: string): Dialect {
  return dialects.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`)) ?? openai;
}
