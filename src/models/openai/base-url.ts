import { contractError } from "../../contract/errors.ts";
import { providers, type ServedModelSettings } from "../settings.ts";

/** What people paste who copied the address of a request: what stands before it is the base. */
const OPERATION = /\/(chat\/completions|responses|models)$/;

/** What Azure's portal shows before or instead of it. */
const AZURE_OPERATION = /(\/deployments\/[^/]+|\/models)?(\/chat\/completions|\/responses|\/models)?$/;

/** A key that was pasted into the wrong field: longer in one piece than what hosts and ports are made of. */
const KEY_LIKE = /[\w+=-]{20,}/g;

/** A version in the path, such as /v1 or /v1beta: then the address is whole, whatever follows. */
const VERSION = /\/v\d+[a-z\d]*(\/|$)/;

/**
 * The whole base address, without a slash at its end: what the user left out is added.
 * Throws `invalid_base_url` for what is no http address, `invalid_value` for one that holds more than an address.
 */
export function baseUrlOf({ provider, baseUrl, apiKey }: ServedModelSettings): string {
  const { pathEnd, baseUrl: usual } = providers[provider];
  const written = baseUrl || usual;
  const url = URL.parse(written);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    // A key that was pasted into the wrong field must not come back in the error.
    const shown =
      apiKey !== "" && written.includes(apiKey)
        ? "…"
        : written.replace(/\/\/[^/]*@|[?#].*$/gs, "").replace(KEY_LIKE, "…");
    throw contractError("invalid_base_url", { url: shown });
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    const reason = "leave out a user name and password, and what begins at ? or #";
    throw contractError("invalid_value", { param: "baseUrl", reason });
  }
  const path = url.pathname.replace(/\/+$/, "");
  const base = path.replace(provider === "azure" ? AZURE_OPERATION : OPERATION, "");
  // A server of one's own may have its operations anywhere.
  const whole = VERSION.test(base) || (provider === "compatible" && base !== path);
  return url.origin + (whole ? base : completed(base, pathEnd));
}

/** The path with the end that it lacks; `/openai` of `/openai/v1` may stand there already. */
function completed(path: string, end: string): string {
  const [first = "", ...rest] = end.split("/").filter(Boolean);
  const begun = rest.length > 0 && path.endsWith(`/${first}`);
  return begun ? `${path}/${rest.join("/")}` : path + end;
}
