#!/usr/bin/env node
/** The embedded service from a shell. */
import { parseArgs } from "node:util";
import { ContractError, contractError } from "./contract/errors.ts";

const USAGE = `Usage: assistants-service --data DIRECTORY --api-key KEY [--port PORT] [--host HOST] [--pace MS]

  --data DIRECTORY  where everything is kept (default: ./data)
  --api-key KEY     what clients must send; better in the environment variable ASSISTANTS_API_KEY,
                    where no list of processes shows it
  --port PORT       default 8123; 0 takes a free one
  --host HOST       default 127.0.0.1, this machine alone
  --pace MS         milliseconds for each piece of the rehearsal model's answer (default: 0)
`;

/** How long a stop may take before it is no longer waited for. */
const STOP_LIMIT_MS = 10_000;

interface Options {
  data: string;
  apiKey: string;
  port: number;
  host: string;
  pace: number;
}

function wholeNumber(name: string, written: string, max: number): number {
  const number = Number(written);
  if (/^\d+$/.test(written) && number <= max) return number;
  throw contractError("invalid_option", { reason: `--${name} takes a whole number from 0 to ${max}.` });
}

function readOptions(): Options | "help" {
  let values: { [name: string]: string | boolean | undefined };
  try {
    const options = {
      data: { type: "string", default: "data" },
      "api-key": { type: "string", default: process.env["ASSISTANTS_API_KEY"] ?? "" },
      port: { type: "string", default: "8123" },
      host: { type: "string", default: "127.0.0.1" },
      pace: { type: "string", default: "0" },
      help: { type: "boolean", default: false },
    } as const;
    values = parseArgs({ options }).values;
  } catch (error) {
    throw contractError("invalid_option", { reason: error instanceof Error ? error.message : String(error) });
  }
  if (values["help"]) return "help";
  const apiKey = String(values["api-key"]);
  if (apiKey === "") throw contractError("missing_api_key");
  return {
    data: String(values["data"]),
    apiKey,
    port: wholeNumber("port", String(values["port"]), 65_535),
    host: String(values["host"]),
    pace: wholeNumber("pace", String(values["pace"]), 60_000),
  };
}

/** Loads only now what needs a newer Node.js than the one that may be running this. */
async function serve({ data, apiKey, port, host, pace }: Options): Promise<void> {
  const { openService } = await import("./service/service.ts");
  const { createRehearsal } = await import("./models/rehearsal/rehearsal.ts");
  const { startHttpServer } = await import("./service/http/server.ts");
  const onError = (error: unknown) => console.error(error);
  const service = await openService({ directory: data, model: createRehearsal({ pace }), onError });
  const server = await startHttpServer({ api: service.api, apiKey, port, host, onError }).catch(
    async (error: unknown) => {
      await service.close();
      throw error;
    },
  );
  console.log(`listening on ${server.url}`);
  const stop = () => {
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    server
      .close()
      .then(() => service.close())
      .catch(fail);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function fail(error: unknown): void {
  console.error(error instanceof ContractError ? `${error.message} (${error.code})` : error);
  process.exitCode = 1;
}

try {
  const { requireNode } = await import("./runtime-version.ts");
  requireNode();
  const options = readOptions();
  if (options === "help") console.log(USAGE);
  else await serve(options);
} catch (error) {
  fail(error);
}
