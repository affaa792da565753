import type { Dispatcher } from "undici";
import { contractError } from "../contract/errors.ts";

const proxyVariables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];

/**
 * Loads undici and makes a pool of kept connections for each origin, through the proxy that the usual
 * environment variables name (NO_PROXY included). Rejects with `invalid_proxy`.
 * @param connections how many there may be to an origin; null for no limit
 */
export async function openDispatcher(connections: number | null): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  // HTTP/1.1 only: what may be repeated is decided by how its connections break.
  const options = { allowH2: false, connections };
  if (!proxyVariables.some((name) => process.env[name])) return new Agent(options);
  try {
    return new EnvHttpProxyAgent(options);
  } catch {
    // No cause: it may hold the proxy's password.
    throw contractError("invalid_proxy");
  }
}
