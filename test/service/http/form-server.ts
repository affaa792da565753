import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type HttpServer, startHttpServer } from "../../../src/service/http/server.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { openRunning, type RunningService } from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { TYPE } from "./form-text.ts";
import { KEY, openaiHeaders } from "./running-server.ts";

/** A server to which forms are sent, and what they leave on the disk. */
export class FormServer {
  readonly service: RunningService;
  readonly server: HttpServer;
  readonly #directory: string;

  constructor(service: RunningService, server: HttpServer, directory: string) {
    this.service = service;
    this.server = server;
    this.#directory = directory;
  }

  async post(body: BodyInit | null, headers: Record<string, string> = {}, path = "/v1/files") {
    const request = { method: "POST", headers: { ...openaiHeaders, ...headers }, body };
    const response = await fetch(this.server.url + path, request);
    return { status: response.status, body: Object(await response.json()) };
  }

  postText(body: string, path?: string) {
    return this.post(body, { "content-type": TYPE }, path);
  }

  /** The names on the disk and the number of files that the service knows of. */
  async state(): Promise<number> {
    const names = await readdir(join(this.#directory, "files")).catch(() => []);
    const { data } = await this.service.api.listFiles({});
    assert.deepEqual(names.sort(), data.map((file) => file.id).sort());
    return names.length;
  }

  async contentOf(file_id: string): Promise<string> {
    const headers = openaiHeaders;
    return (await fetch(`${this.server.url}/v1/files/${file_id}/content`, { headers })).text();
  }

  async arriving(): Promise<boolean> {
    return (await readdir(join(this.#directory, "files"))).some((name) => name.endsWith(".incoming"));
  }
}

/** One server for the tests of this suite, asked for within a test. It must report nothing. */
export function useFormServer(): () => FormServer {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let forms: FormServer;
  const reported: unknown[] = [];

  before(async () => {
    directory = await temporaryDirectory();
    const service = await openRunning(directory.path, new ScriptedModel());
    const onError = (error: unknown) => reported.push(error);
    const server = await startHttpServer({ api: service.api, apiKey: KEY, port: 0, onError });
    forms = new FormServer(service, server, directory.path);
  });
  after(async () => {
    await forms.server.close();
    await forms.service.close();
    await directory[Symbol.asyncDispose]();
    assert.deepEqual([...reported, ...forms.service.reported], []);
  });

  return () => forms;
}
