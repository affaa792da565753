import {
  type HttpServer,
  type HttpServerSettings,
  startHttpServer,
} from "../../../src/service/http/server.ts";
import { RecordingApi } from "./recording-api.ts";

export const KEY = "key-for-tests";

/** Headers that both dialects accept. */
export const openaiHeaders = { authorization: `Bearer ${KEY}`, "openai-beta": "assistants=v2" };
export const azureHeaders = { "api-key": KEY };

export interface ServerUnderTest {
  server: HttpServer;
  recorder: RecordingApi;
  /** What the server reported as unexpected. */
  reported: unknown[];
}

export async function startServer(settings: Partial<HttpServerSettings> = {}): Promise<ServerUnderTest> {
  const recorder = new RecordingApi();
  const reported: unknown[] = [];
  const server = await startHttpServer({
    api: recorder.api,
    apiKey: KEY,
    port: 0,
    onError: (error) => reported.push(error),
    ...settings,
  });
  return { server, recorder, reported };
}

export interface Answer {
  status: number;
  headers: Headers;
  /** What its JSON says; its text where it is none. */
  body: unknown;
}

/** One request with a good key and header; a body that is no string goes as JSON. */
export async function ask(
  { server }: ServerUnderTest,
  method: string,
  path: string,
  request: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { body, headers } = request;
  const json = body !== undefined && typeof body !== "string";
  const response = await fetch(server.url + path, {
    method,
    headers: {
      ...openaiHeaders,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
