/** Every implementation of the API, each opened on a fresh directory with a given model behind it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "../../src/client/client.ts";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Model } from "../../src/models/model.ts";
import { startHttpServer } from "../../src/service/http/server.ts";
import type { RunLimits } from "../../src/service/runs/run-limits.ts";
import { openService } from "../../src/service/service.ts";
import { judge } from "../conformance/judge.ts";
import { judgedApi } from "../conformance/judged-api.ts";
import { startJudgingProxy } from "../conformance/judging-proxy.ts";

/** An open implementation; disposing of it closes everything and removes its directory. */
export interface OpenApi extends AsyncDisposable {
  readonly api: AssistantsApi;
  /** What was reported as unexpected, in the order it came. */
  readonly reported: readonly unknown[];
}

export interface Implementation {
  readonly name: string;
  open(model: Model, limits?: Partial<RunLimits>): Promise<OpenApi>;
}

async function openEmbedded(model: Model, limits: Partial<RunLimits> = {}) {
  const directory = await mkdtemp(join(tmpdir(), "contract-"));
  const reported: unknown[] = [];
  const onError = (error: unknown) => reported.push(error);
  const service = await openService({ directory, model, limits, onError });
  const close = async () => {
    await service.close();
    await rm(directory, { recursive: true });
  };
  return { api: service.api, reported, onError, close };
}

/** A service with an HTTP server in front of it, for clients of either dialect. */
export async function openServed(model: Model, limits?: Partial<RunLimits>) {
  const { api, reported, onError, close } = await openEmbedded(model, limits);
  const apiKey = "key-for-the-contract";
  const server = await startHttpServer({ api, apiKey, port: 0, onError });
  const connect = (dialect: "openai" | "azure", url = server.url) => {
    const baseUrl = dialect === "openai" ? `${url}/v1` : url;
    return createClient({ dialect, baseUrl, apiKey, timeoutSeconds: 30 });
  };
  const closeAll = async () => {
    await server.close();
    await close();
  };
  return { url: server.url, apiKey, connect, reported, [Symbol.asyncDispose]: closeAll };
}

async function openRemote(
  dialect: "openai" | "azure",
  model: Model,
  limits?: Partial<RunLimits>,
): Promise<OpenApi> {
  const served = await openServed(model, limits);
  const proxy = judge && (await startJudgingProxy(served.url, judge));
  const client = served.connect(dialect, proxy?.url);
  const close = async () => {
    await client.close();
    await proxy?.[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  };
  return { api: client.api, reported: served.reported, [Symbol.asyncDispose]: close };
}

export const implementations: readonly Implementation[] = [
  {
    name: "embedded service",
    open: async (model, limits) => {
      const { api, reported, close } = await openEmbedded(model, limits);
      return { api: judge ? judgedApi(api, judge) : api, reported, [Symbol.asyncDispose]: close };
    },
  },
  { name: "client over HTTP, OpenAI", open: (model, limits) => openRemote("openai", model, limits) },
  { name: "client over HTTP, Azure", open: (model, limits) => openRemote("azure", model, limits) },
];
