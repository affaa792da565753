#!/usr/bin/env node
/** The embedded service from a shell. */
import { parseArgs } from "node:util";
import { ContractError, contractError } from "./contract/errors.ts";
import { ModelError } from "./models/model.ts";
import { REHEARSAL, type WrittenModelSettings } from "./models/settings.ts";
import type { RetentionSettings } from "./service/retention.ts";

const USAGE = `Usage: assistants-service --data DIRECTORY --api-key KEY [--port PORT] [--host HOST]
       [--model-provider PROVIDER [--model-base-url URL] [--model NAME] [--check]]

  --data DIRECTORY  where everything is kept (default: ./data)
  --api-key KEY     what clients must send; better in the environment variable ASSISTANTS_API_KEY,
                    where no list of processes shows it
  --keep-threads-days DAYS  deletes a thread, with all it holds, when nothing was written in it and no run
                            worked for so many days (default: 0, never)
  --keep-runs-days DAYS     deletes a run and its steps so many days after its end; its messages stay
                            (default: 0, never)
  --run-seconds SECONDS  ends a run that is not answered so many seconds after it was begun, or after its tool
                         outputs came, with the status "expired" (default: 0, it may take as long as it takes)
  --port PORT       default 8123; 0 takes a free one
  --host HOST       default 127.0.0.1, this machine alone

Who answers:
  --model-provider PROVIDER  rehearsal (default: offline, no AI), openai, azure, or compatible for any server
                             that speaks Chat Completions, such as Ollama, vLLM, llama.cpp and LM Studio
  --model-base-url URL       where the model is; with openai it may be left out
  --model NAME               the model or deployment for assistants that name none of their own
  --model-wire WIRE          responses or chat (default: responses with openai and azure, else chat)
  --model-reasoning EFFORT   off (default), default, minimal, low, medium or high: whether the model reasons
  --model-context TOKENS     how many tokens the model takes, question and answer together
  --no-model-streaming       asks for whole answers, for servers that stream badly
  --pace MS                  milliseconds for each piece of the rehearsal model's answer (default: 0)
  --check                    asks the model once at the start, and ends with what is wrong if something is
  The key of the model is read from the environment variable ASSISTANTS_MODEL_KEY, and from nowhere else.
`;

/** What would mean nothing to the rehearsal model. */
const SERVED_MODEL_OPTIONS = [
  "model-base-url",
  "model",
  "model-wire",
  "model-reasoning",
  "model-context",
  "no-model-streaming",
];

/** How long a stop may take before it is no longer waited for. */
const STOP_LIMIT_MS = 10_000;

interface Options {
  data: string;
  apiKey: string;
  port: number;
  host: string;
  model: WrittenModelSettings;
  check: boolean;
  retention: RetentionSettings;
  /** Null without a limit. */
  workSeconds: number | null;
}

/** A month: longer than anybody waits for an answer. */
const MAX_RUN_SECONDS = 2_592_000;

/** Longer than anything here will live. */
const MAX_DAYS = 36_500;

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
      "keep-threads-days": { type: "string", default: "0" },
      "keep-runs-days": { type: "string", default: "0" },
      "run-seconds": { type: "string", default: "0" },
      port: { type: "string", default: "8123" },
      host: { type: "string", default: "127.0.0.1" },
      pace: { type: "string", default: "0" },
      "model-provider": { type: "string", default: "" },
      "model-base-url": { type: "string", default: "" },
      model: { type: "string", default: "" },
      "model-wire": { type: "string", default: "" },
      "model-reasoning": { type: "string", default: "" },
      "model-context": { type: "string", default: "" },
      "no-model-streaming": { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    } as const;
    values = parseArgs({ options }).values;
  } catch (error) {
    throw contractError("invalid_option", { reason: error instanceof Error ? error.message : String(error) });
  }
  if (values["help"]) return "help";
  const served = SERVED_MODEL_OPTIONS.find((name) => values[name]);
  if (served && ["", REHEARSAL].includes(String(values["model-provider"]))) {
    const reason = `--${served} is for a model behind a provider; name it with --model-provider.`;
    throw contractError("invalid_option", { reason });
  }
  const apiKey = String(values["api-key"]);
  if (apiKey === "") throw contractError("missing_api_key");
  return {
    data: String(values["data"]),
    apiKey,
    port: wholeNumber("port", String(values["port"]), 65_535),
    host: String(values["host"]),
    model: {
      provider: String(values["model-provider"]),
      baseUrl: String(values["model-base-url"]),
      apiKey: process.env["ASSISTANTS_MODEL_KEY"] ?? "",
      model: String(values["model"]),
      wire: String(values["model-wire"]),
      reasoning: String(values["model-reasoning"]),
      streaming: values["no-model-streaming"] !== true,
      contextWindow: String(values["model-context"]),
      pace: wholeNumber("pace", String(values["pace"]), 60_000),
    },
    check: values["check"] === true,
    retention: {
      threadDays: wholeNumber("keep-threads-days", String(values["keep-threads-days"]), MAX_DAYS),
      runDays: wholeNumber("keep-runs-days", String(values["keep-runs-days"]), MAX_DAYS),
    },
    workSeconds: wholeNumber("run-seconds", String(values["run-seconds"]), MAX_RUN_SECONDS) || null,
  };
}

/** Loads only now what needs a newer Node.js than the one that may be running this. */
async function serve(options: Options): Promise<void> {
  const { data, apiKey, port, host, model: written, check, retention, workSeconds } = options;
  const { openService } = await import("./service/service.ts");
  const { openModel } = await import("./models/providers.ts");
  const { startHttpServer } = await import("./service/http/server.ts");
  const onError = (error: unknown) => console.error(error);
  const model = await openModel(written);
  if (check) {
    const { checkModel } = await import("./models/check-model.ts");
    const name = [written.provider || REHEARSAL, written.model].filter(Boolean).join(", ");
    console.log(await checkModel(model, name));
  }
  const service = await openService({ directory: data, model, retention, limits: { workSeconds }, onError });
  const { api, size } = service;
  console.log(`the store in ${data} takes ${await size()} bytes`);
  const server = await startHttpServer({ api, apiKey, port, host, size, onError }).catch(
    async (error: unknown) => {
      await service.close();
      throw error;
    },
  );
  const stop = () => {
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    server
      .close()
      .then(() => service.close())
      .catch(fail);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // Whoever reads this may stop the service at once.
  console.log(`listening on ${server.url}`);
}

function fail(error: unknown): void {
  const known = error instanceof ContractError || error instanceof ModelError;
  console.error(known ? `${error.message} (${error.code})` : error);
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
