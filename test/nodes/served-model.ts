import type {
  AnswerMethods,
  AssistantsApi,
  CallOptions,
  Method,
  Parameters,
  StreamMethod,
  StreamMethods,
} from "../../src/contract/api.ts";
import { contractError } from "../../src/contract/errors.ts";
import { implementApi } from "../../src/contract/implement.ts";
import type { AnswerName, OperationName, StreamName } from "../../src/contract/operations.ts";
import { startHttpServer } from "../../src/service/http/server.ts";
import { openService } from "../../src/service/service.ts";
import { type Script, ScriptedModel } from "../scripted-model.ts";
import { config, type FlowNode } from "./node-fields.ts";
import type { Credentials } from "./running-flow.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** A key that can be recognised wherever it leaks. */
export const KEY = "sk-0123456789-secret";

export interface Served extends AsyncDisposable {
  /** The service behind the server; calls made here are not noted. */
  api: AssistantsApi;
  model: ScriptedModel;
  /** The operations that arrived over HTTP, in order. */
  calls: OperationName[];
  /** Something to wait for before an operation that arrived is done. */
  gates: Partial<Record<OperationName, Promise<void>>>;
  /** Told of each operation that arrives. */
  onCall: (name: OperationName) => void;
  /** Breaks off all streams that are under way. */
  breakStreams(): void;
  /** A config node for this server, and the credentials for it. */
  config: FlowNode;
  credentials: Credentials;
  url: string;
}

const addresses = {
  openai: (url: string) => ({ baseUrl: `${url}/v1` }),
  azure: (url: string) => ({ baseUrl: url, apiVersion: "2024-05-01-preview" }),
};

/** A real service on a real server, with a model that answers as the test says. */
export async function serveModel(scripts: Script[], dialect: "openai" | "azure" = "openai"): Promise<Served> {
  const directory = await temporaryDirectory();
  const model = new ScriptedModel(...scripts);
  const service = await openService({ directory: directory.path, model });
  const calls: OperationName[] = [];
  const noticed: Pick<Served, "gates" | "onCall"> = { gates: {}, onCall() {} };
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const arrived = async (name: OperationName) => {
    calls.push(name);
    noticed.onCall(name);
    await noticed.gates[name];
  };
  const answers: AnswerMethods = service.api;
  const streams: StreamMethods = service.api;
  const api = implementApi(
    <Name extends AnswerName>(name: Name): Method<Name> => {
      return async (parameters: Parameters<Name>, options?: CallOptions) => {
        await arrived(name);
        return answers[name](parameters, options);
      };
    },
    <Name extends StreamName>(name: Name): StreamMethod<Name> => {
      return async function* (parameters, options) {
        await arrived(name);
        const events = streams[name](parameters, options)[Symbol.asyncIterator]();
        for (;;) {
          const result = await Promise.race([events.next(), broken.promise]);
          if (result.done) return;
          yield result.value;
        }
      };
    },
  );
  const server = await startHttpServer({ api, apiKey: KEY, port: 0 });
  return Object.assign(noticed, {
    api: service.api,
    model,
    calls,
    breakStreams: () => broken.reject(contractError("internal_error")),
    config: config({ service: dialect, ...addresses[dialect](server.url) }),
    credentials: { service: { apiKey: KEY } },
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server.close();
      await service.close();
      await directory[Symbol.asyncDispose]();
    },
  });
}
