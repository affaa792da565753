import { contractError } from "../contract/errors.ts";
import { type Dialect, dialects } from "./dialects.ts";
import type { ClientSettings } from "./settings.ts";

/** Where and how every request of one client goes. */
export interface Endpoint {
  readonly origin: string;
  /** What stands before an operation's path; empty or with a slash in front, never at its end. */
  readonly basePath: string;
  /** Query parameters of every request. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Completes the base URL as the dialect wants it.
 * Throws `invalid_base_url` for what is no http address, `invalid_value` for one that holds more than an address.
 */
export function endpointOf(settings: ClientSettings): Endpoint {
  const dialect: Dialect = dialects[settings.dialect];
  const url = parseBaseUrl(settings);
  const path = url.pathname.replace(/\/+$/, "");
  const { version, keyHeader } = dialect;
  return {
    origin: url.origin,
    basePath: path.endsWith(dialect.pathEnd) ? path : path + dialect.pathEnd,
    query: version ? { [version.parameter]: settings.apiVersion ?? version.fallback } : {},
    headers: { ...dialect.headers, [keyHeader.name]: keyHeader.prefix + settings.apiKey },
  };
}

function parseBaseUrl({ baseUrl, apiKey }: ClientSettings): URL {
  const url = URL.parse(baseUrl);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    // A key that was pasted into the wrong field must not come back in the error.
    const shown = baseUrl === apiKey ? "…" : String(baseUrl).replace(/\/\/[^/]*@|[?#].*$/gs, "");
    throw contractError("invalid_base_url", { url: shown });
  }
  // These would stand in errors, or be lost when paths are added; so they are refused, and not repeated here.
  if (url.username !== "" || url.password !== "") {
    throw contractError("invalid_value", {
      param: "baseUrl",
      reason: "leave out the user name and password",
    });
  }
  if (url.search !== "" || url.hash !== "") {
    throw contractError("invalid_value", { param: "baseUrl", reason: "leave out what begins at ? or #" });
  }
  return url;
}
