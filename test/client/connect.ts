import { type Client, type ClientSettings, createClient } from "../../src/client/client.ts";
import { ContractError } from "../../src/contract/errors.ts";

/** A key that can be recognised wherever it leaks. */
export const KEY = "sk-0123456789-secret";

/** A client for a test's server, closed with the test's scope. */
export function connect(
  server: { url: string },
  settings: Partial<ClientSettings> = {},
): Client & AsyncDisposable {
  const client = createClient({ dialect: "openai", baseUrl: `${server.url}/v1`, apiKey: KEY, ...settings });
  return { ...client, [Symbol.asyncDispose]: client.close };
}

/** The error a call rejects with; fails if it does not, or with anything else than a ContractError. */
export async function errorOf(call: Promise<unknown>): Promise<ContractError> {
  const outcome = await call.then(
    (answer) => new Error(`it answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof ContractError) return outcome;
  throw outcome;
}
