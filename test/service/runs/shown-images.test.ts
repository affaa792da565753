/** What a run shows its model of the images of files. */
import assert from "node:assert/strict";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ModelRequest } from "../../../src/models/model.ts";
import { RunFeed } from "../../../src/service/events/run-feed.ts";
import type { FileImage } from "../../../src/service/files/image-files.ts";
import { newMessage } from "../../../src/service/objects.ts";
import { Executor } from "../../../src/service/runs/executor.ts";
import type { StoredContent } from "../../../src/service/runs/model-request.ts";
import { changeRun } from "../../../src/service/runs/run-change.ts";
import { DEFAULT_RUN_LIMITS } from "../../../src/service/runs/run-limits.ts";
import { MAX_SHOWN_BYTES, withImages } from "../../../src/service/runs/shown-images.ts";
import { requestOf } from "../../models/rehearsal/ask.ts";
import { PNG } from "../../sample-images.ts";
import { ScriptedModel, says } from "../../scripted-model.ts";
import { openRunning, startRun, untilRunEnds } from "../running-service.ts";
import {
  insertMessage,
  insertRun,
  insertThread,
  MADE_AT,
  sampleRun,
  sampleThread,
} from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const image = (file_id: string) => ({ type: "image_file", image_file: { file_id } }) as const;

/** A question with a message of one image for each of the files. */
function questionWith(...files: string[]): ModelRequest<StoredContent> {
  const items = files.map((id) => ({ type: "message", role: "user", content: [image(id)] }) as const);
  return { ...requestOf({}), items: items.map((item) => ({ ...item, content: [...item.content] })) };
}

/** What is shown of each, and which were read, when each has so many bytes. */
async function showing(bytes: number, ...files: string[]) {
  const read: string[] = [];
  const { items } = await withImages(questionWith(...files), async (id): Promise<FileImage> => {
    read.push(id);
    return { media_type: "image/png", data: id, bytes };
  });
  const parts = items.flatMap((item) => (item.type === "message" ? item.content : []));
  const shown = parts.map((part) => (part.type === "image" ? part.data : part.type === "text" && part.text));
  return { read, shown };
}

describe("the images of a question", () => {
  it("are the newest that there is room for, and the model is told of the others", async () => {
    const { read, shown } = await showing(MAX_SHOWN_BYTES / 2, "a", "b", "c", "d");
    assert.match(String(shown[0]), /the file a: newer images leave no room for it/);
    assert.match(String(shown[1]), /the file b: newer images leave no room for it/);
    assert.deepEqual(shown.slice(2), ["c", "d"]);
    assert.deepEqual(read, ["d", "c"]);
  });

  it("are read once, however often they are shown", async () => {
    const { read, shown } = await showing(MAX_SHOWN_BYTES, "a", "a", "a");
    assert.deepEqual([read, shown], [["a"], ["a", "a", "a"]]);
  });
});

describe("a run whose image cannot be read", () => {
  it("fails where the disk does, since its answer would be about nothing", async () => {
    await using directory = await temporaryDirectory();
    await using service = await openRunning(directory.path, new ScriptedModel(says("A cat.")));
    const file = { name: "cat.png", content: PNG };
    const { id } = await service.api.createFile({ purpose: "vision", file });
    const path = join(directory.path, "files", id);
    await rm(path);
    await mkdir(path);
    const messages = [{ role: "user" as const, content: [image(id)] }];
    const { status, last_error } = await untilRunEnds(
      service.api,
      await startRun(service.api, { thread: { messages } }),
    );
    assert.deepEqual([status, last_error?.code], ["failed", "server_error"]);
    assert.match(last_error?.message ?? "", /^The service cannot keep or read its files: EISDIR\./);
  });

  it("is cancelled all the same", async () => {
    await using open = await openStore();
    const thread = sampleThread();
    const run = sampleRun({ thread_id: thread.id });
    const message = newMessage(thread.id, { role: "user", content: [image("file-1")] }, MADE_AT);
    await open.store.commit([insertThread(thread), insertMessage(message), insertRun(run)]);
    const asked = Promise.withResolvers<void>();
    const model = new ScriptedModel(says("A cat."));
    const now = () => Math.floor(Date.now() / 1000);
    const read = () => {
      asked.resolve();
      return new Promise<FileImage>(() => {});
    };
    const executor = new Executor({
      store: open.store,
      feed: new RunFeed(),
      model,
      search: { prepare: async () => {}, perform: async () => new Map() },
      images: { read },
      limits: DEFAULT_RUN_LIMITS,
      now,
      onError: assert.fail,
    });
    executor.enqueue(run);
    await asked.promise;
    await changeRun(open.store, run.id, now, () => ({ event: { name: "cancel" } }));
    executor.cancel(run.id);
    await executor.close();
    assert.equal((await open.store.get("run", run.id))?.object.status, "cancelled");
    assert.equal(model.requests.length, 0);
  });
});
