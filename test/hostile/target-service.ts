/** A service with one object of each kind, and what it has written: its database's bytes, its files' names. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Run } from "../../src/contract/objects.ts";
import type { AnswerName } from "../../src/contract/operations.ts";
import type { Model } from "../../src/models/model.ts";
import { startHttpServer } from "../../src/service/http/server.ts";
import { DATABASE_FILE } from "../../src/service/store/sqlite-store.ts";
import { addParts, untilIndexed, uploadText } from "../contract/library.ts";
import { calls, ScriptedModel } from "../scripted-model.ts";
import { openCalls, openRunning, startRun, untilRunIs } from "../service/running-service.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";
import { type Answer, exchange, type Sending } from "./exchange.ts";
import { type Address, addressOf, type Ids, KEY } from "./request-bytes.ts";

export interface TargetService extends AsyncDisposable {
  /** Where a row finds objects that are there, of each kind one. */
  addressOf(name: AnswerName): Promise<Address>;
  /**
   * Sends, and asserts of the answers that they are good, or refusals in the contract's words; of database and
   * files that they are as before where nothing was good.
   */
  attack(sending: Sending): Promise<Answer[]>;
}

/** Objects for rows that would take away those of the other rows, or need some without a run. */
const own: Partial<Record<AnswerName, (api: AssistantsApi) => Promise<Ids>>> = {
  deleteAssistant: async (api) => ({ assistant_id: (await api.createAssistant({ model: "scripted" })).id }),
  deleteThread: async (api) => ({ thread_id: (await api.createThread({})).id }),
  createMessage: newThread,
  createRun: newThread,
  cancelRun: newRun,
  deleteMessage: newMessage,
  deleteFile: newFile,
  deleteVectorStore: async (api) => ({ vector_store_id: (await api.createVectorStore({})).id }),
  deleteVectorStoreFile: newVectorStore,
  addUploadPart: async (api) => ({ upload_id: await newUpload(api, 1_000_000) }),
  completeUpload: newWholeUpload,
  cancelUpload: newWholeUpload,
};

async function newThread(api: AssistantsApi): Promise<Ids> {
  return { thread_id: (await api.createThread({})).id };
}

/** Queued, and stays so. */
async function newRun(api: AssistantsApi): Promise<Ids> {
  const { thread_id, id: run_id } = await startRun(api);
  return { thread_id, run_id };
}

async function newMessage(api: AssistantsApi): Promise<Ids> {
  const { id: thread_id } = await api.createThread({});
  const { id: message_id } = await api.createMessage({ thread_id, role: "user", content: "Hello" });
  return { thread_id, message_id };
}

async function newFile(api: AssistantsApi): Promise<Ids> {
  const file = { name: "a.txt", content: Buffer.from("Hello") };
  return { file_id: (await api.createFile({ purpose: "assistants", file })).id };
}

async function newUpload(api: AssistantsApi, bytes: number): Promise<string> {
  const fields = { filename: "a.txt", purpose: "assistants", mime_type: "text/plain" } as const;
  return (await api.createUpload({ ...fields, bytes })).id;
}

async function newWholeUpload(api: AssistantsApi): Promise<Ids> {
  const upload_id = await newUpload(api, "Hello".length);
  const [part_id = ""] = await addParts(api, upload_id, ["Hello"]);
  return { upload_id, part_id };
}

/** With a batch of one file, which has been indexed: nothing more is written by itself. */
async function newVectorStore(api: AssistantsApi): Promise<Ids> {
  const file_id = await uploadText(api, "Hello");
  const { id: vector_store_id } = await api.createVectorStore({});
  const { id: batch_id } = await api.createVectorStoreFileBatch({ vector_store_id, file_ids: [file_id] });
  await untilIndexed(api, vector_store_id);
  return { file_id, vector_store_id, batch_id };
}

export async function startTarget(): Promise<TargetService> {
  const directory = await temporaryDirectory();
  // The first service makes a run with a step; runs of the second stay queued, so nothing is written by itself.
  const first = await openRunning(directory.path, new ScriptedModel(calls({ name: "get_weather" })));
  const run = await untilRunIs(first.api, await startRun(first.api), "requires_action");
  const { thread_id, id: run_id, assistant_id } = run;
  // Of its own, since its outputs are taken once only.
  const waiting = await untilRunIs(first.api, await startRun(first.api), "requires_action");
  const steps = await first.api.listRunSteps({ thread_id, run_id });
  const messages = await first.api.listMessages({ thread_id });
  await first.close();
  const scripted = new ScriptedModel(calls({ name: "get_weather" }));
  const model: Model = { name: "scripted", generate: (...asked) => scripted.generate(...asked) };
  const service = await openRunning(directory.path, model, { concurrentRuns: 0 });
  const reported = service.reported;
  const onError = (error: unknown) => reported.push(error);
  const server = await startHttpServer({ api: service.api, apiKey: KEY, port: 0, onError });
  const ids = {
    assistant_id,
    thread_id,
    run_id,
    step_id: steps.data[0]?.id ?? "",
    message_id: messages.data[0]?.id ?? "",
    model: (await service.api.listModels({})).data[0]?.id ?? "",
    tool_call_id: openCalls(waiting)[0] ?? "",
    upload_id: await newUpload(service.api, 1),
    ...(await newVectorStore(service.api)),
  };
  const submission = { thread_id: waiting.thread_id, run_id: waiting.id };
  let toCancel: Pick<Run, "id" | "thread_id"> | null = null;
  return {
    addressOf: async (name) => {
      const others = name === "submitToolOutputsToRun" ? submission : await own[name]?.(service.api);
      const named = { ...ids, ...others };
      if (name === "cancelRun") toCancel = { id: named.run_id, thread_id: named.thread_id };
      return addressOf(name, named);
    },
    attack: async (sending) => {
      // A cancelled run is written once more after the answer, and a file is indexed after it.
      if (toCancel) await untilRunIs(service.api, toCancel, "queued", "cancelled");
      await allIndexed(service.api);
      const before = fingerprint(directory.path);
      const answers = await exchange(server.port, sending);
      for (const answer of answers) assertContractual(answer);
      if (answers.every(({ status }) => status >= 400)) {
        // What was asked of the store before this is done when it is answered.
        await service.api.getThread({ thread_id }).catch(() => null);
        await uploadsEnd(directory.path);
        assert.equal(fingerprint(directory.path), before, "a refused request has changed the store");
      }
      assert.deepEqual(reported, []);
      assert.equal(Object.hasOwn(Object.prototype, "polluted"), false, "a prototype was changed");
      return answers;
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await service.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function allIndexed(api: AssistantsApi): Promise<void> {
  const { data } = await api.listVectorStores({ limit: 100 });
  for (const { id, status } of data) if (status === "in_progress") await untilIndexed(api, id);
}

/** Of the database's log, for no row can change without a change there, and of the names of the files' bytes. */
function fingerprint(directory: string): string {
  return createHash("sha1")
    .update(readFileSync(join(directory, `${DATABASE_FILE}-wal`)))
    .update(whole(fileNames(directory)).join())
    .digest("hex");
}

const isArriving = (name: string) => name.endsWith(".incoming");

/** What arrives may have come from a sender that has been gone for a while. */
const whole = (names: string[]) => names.filter((name) => !isArriving(name));

const fileNames = (directory: string) => readdirSync(join(directory, "files")).sort();

/** Milliseconds that bytes of a refused upload may stay: the answer does not wait for their removal. */
const REMOVAL_MS = 10_000;

async function uploadsEnd(directory: string): Promise<void> {
  const deadline = Date.now() + REMOVAL_MS;
  while (fileNames(directory).some(isArriving)) {
    assert.ok(Date.now() < deadline, "a refused upload has left its bytes");
    await new Promise(setImmediate);
  }
}

function assertContractual({ status, headers, body }: Answer): void {
  assert.ok(headers.get("x-request-id"), "x-request-id");
  if (status >= 200 && status < 300) return;
  assert.ok(status >= 400 && status < 500, `status ${status}: ${body}`);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  if (body === "" && headers.get("content-length") !== "0") return;
  const { error, ...rest } = JSON.parse(body);
  assert.deepEqual(rest, {});
  assert.deepEqual(Object.keys(error).sort(), ["code", "message", "param", "type"]);
  assert.equal(error.type, "invalid_request_error");
  assert.ok(typeof error.message === "string" && error.message.length > 0);
  for (const field of [error.param, error.code]) assert.ok(field === null || typeof field === "string");
}
