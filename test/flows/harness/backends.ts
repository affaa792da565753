/** The two services that a flow is run against. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AssistantsApi, Method, Parameters } from "../../../src/contract/api.ts";
import { implementApi } from "../../../src/contract/implement.ts";
import type { AnswerName } from "../../../src/contract/operations.ts";
import { startHttpServer } from "../../../src/service/http/server.ts";
import { openService } from "../../../src/service/service.ts";
import type { NodeRedProcess } from "./node-red-process.ts";
import { observedApi } from "./observed-api.ts";
import type { FlowNode, Report } from "./protocol.ts";
import { createScriptedModel } from "./scripted-model.ts";

export interface Backend {
  /** The flow with its config nodes changed to this service. */
  configure(flow: FlowNode[]): FlowNode[];
  /** A way to the service that is not through the flow. */
  api(nodeRed: NodeRedProcess): AssistantsApi;
  /** A scenario begins: what the service tells is told to it, and its model knows no question yet. */
  begin(onReport: (report: Report) => void): void;
  close(): Promise<void>;
}

const API_KEY = "sk-of-these-tests";

/** The flow as it is; the service lives and dies with Node-RED. */
export async function builtIn(): Promise<Backend> {
  return {
    configure: (flow) => flow,
    api: (nodeRed) =>
      implementApi(
        <Name extends AnswerName>(operation: Name): Method<Name> => {
          return (parameters: Parameters<Name>) => nodeRed.order({ does: "call", operation, parameters });
        },
        (operation) => () => {
          throw new TypeError(`No scenario looks at Node-RED's service by ${operation}.`);
        },
      ),
    // Node-RED itself tells, and each deployment opens the service anew.
    begin() {},
    async close() {},
  };
}

/** In this process, so that it outlives a Node-RED that is killed. */
export async function overHttp(): Promise<Backend> {
  const directory = await mkdtemp(join(tmpdir(), "assistants-flows-service-"));
  let tell: (report: Report) => void = () => {};
  const fresh = () => createScriptedModel((question) => tell({ tells: "asked", question }));
  let model = fresh();
  const service = await openService({
    directory,
    model: { generate: (request, signal) => model.generate(request, signal) },
  });
  const api = observedApi(service.api, (run) => tell({ tells: "begun", run }));
  const server = await startHttpServer({ api, apiKey: API_KEY, port: 0 });
  const client = {
    service: "openai",
    baseUrl: `${server.url}/v1`,
    timeout: 60,
    credentials: { apiKey: API_KEY },
  };
  return {
    configure: (flow) =>
      flow.map((node) => (node.type === "assistants-config" ? { ...node, ...client } : node)),
    api: () => service.api,
    begin(onReport) {
      tell = onReport;
      model = fresh();
    },
    async close() {
      await server.close();
      await service.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
