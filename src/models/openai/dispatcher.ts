import type { Dispatcher } from "undici";
import { contractError } from "../../contract/errors.ts";

const proxyVariables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"];

/**
 * Loads undici and makes a pool of kept connections for each origin, through the proxy that the usual environment
 * variables name (NO_PROXY included). Idle connections close by themselves and keep no process alive. Rejects with
 * `invalid_proxy`.
 */
export async function openDispatcher(): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const options = { allowH2: false, connections: 128 };
  if (!proxyVariables.some((name) => process.env[name])) return new Agent(options);
  try {
    return new EnvHttpProxyAgent(options);
  } catch {
    // No cause: it may hold the proxy's password.
    throw contractError("invalid_proxy");
  }
}
