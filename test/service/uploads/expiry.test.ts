/** Uploads whose time is over, and what is left of those that have ended. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Upload } from "../../../src/contract/objects.ts";
import { FileDisk } from "../../../src/service/files/file-disk.ts";
import { openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import { type Change, type Store, StoreConflict } from "../../../src/service/store/store.ts";
import { endUpload, expireUploads, partsOf } from "../../../src/service/uploads/end-upload.ts";
import { newUpload, newUploadPart } from "../../../src/service/uploads/new-objects.ts";
import { findPending } from "../../../src/service/uploads/pending-upload.ts";
import { Turns } from "../../../src/service/uploads/turns.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { openRunning } from "../running-service.ts";
import { MADE_AT } from "../sample-objects.ts";
import { type OpenStore, openStore } from "../store/open-store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const HOUR = 3600;
const DAY = 86_400;

const sampleUpload = (id: string, created_at: number, status: Upload["status"] = "pending"): Upload => ({
  ...newUpload({ filename: "a.txt", purpose: "batch", bytes: 5 }, created_at),
  id,
  status,
});
const insert = (object: Upload): Change => ({
  insert: "upload",
  object,
  internal: { type: "text/plain", bytes: 5, parts: 1 },
});
const insertPart = (id: string, upload_id: string): Change => ({
  insert: "upload_part",
  object: newUploadPart(id, upload_id, MADE_AT),
  internal: { bytes: 5 },
});

const statuses = async ({ store }: OpenStore) =>
  (await store.list("upload", { limit: 1000, order: "asc" })).map(({ object }) => [object.id, object.status]);

describe("an upload whose time is over", () => {
  it("has expired, and its parts go, those of others stay", async () => {
    await using open = await openStore();
    const files = join(open.directory, "files");
    await mkdir(files);
    const due = Array.from({ length: 150 }, (_, index) => sampleUpload(`upload_due${index}`, MADE_AT));
    const later = sampleUpload("upload_later", MADE_AT + 1);
    await open.store.commit([...due, later].map(insert));
    const parts = [...due.slice(0, 3), later].map(({ id }) => insertPart(id.replace("upload", "part"), id));
    await open.store.commit(parts);
    for (const name of ["part_due0", "part_due1", "part_due2", "part_later"]) {
      await writeFile(join(files, name), "Hello");
    }
    const disk = new FileDisk({ directory: open.directory, isKept: async () => true, onError: assert.fail });
    await expireUploads({ store: open.store, disk, turns: new Turns() }, MADE_AT + HOUR);
    assert.deepEqual(await statuses(open), [
      ...due.map(({ id }) => [id, "expired"]),
      ["upload_later", "pending"],
    ]);
    assert.deepEqual(await readdir(files), ["part_later"]);
    const left = await open.store.list("upload_part", { limit: 10, order: "asc" });
    assert.deepEqual(
      left.map(({ object }) => object.id),
      ["part_later"],
    );
  });

  it("has not expired where it was being completed in time", async () => {
    await using open = await openStore();
    const pending = sampleUpload("upload_due", MADE_AT);
    await open.store.commit([insert(pending)]);
    const from = (await open.store.get("upload", pending.id)) ?? assert.fail("no upload");
    const turns = new Turns();
    const written = Promise.withResolvers<void>();
    const completing = turns.take(pending.id, async () => {
      await written.promise;
      const object = { ...pending, status: "completed" as const };
      await open.store.commit([{ replace: "upload", from, object, internal: from.internal }]);
    });
    const disk = { remove: async () => assert.fail("nothing is to be removed") };
    const expiring = expireUploads({ store: open.store, disk, turns }, MADE_AT + HOUR);
    // Questions are answered in turn: by now it would have expired, had it not waited.
    for (let asked = 0; asked < 20; asked += 1) await statuses(open);
    written.resolve();
    await Promise.all([completing, expiring]);
    assert.deepEqual(await statuses(open), [["upload_due", "completed"]]);
  });

  it("leaves no place in a list for its parts, which stand in none", async () => {
    await using open = await openStore();
    await open.store.commit([insertPart("part_a", "upload_a"), insertPart("part_b", "upload_a")]);
    await open.store.commit([{ delete: "upload_part", id: "part_a" }]);
    const behind = open.store.list("upload_part", { limit: 1, order: "asc", after: "part_a" });
    await assert.rejects(
      behind,
      (error) => error instanceof StoreConflict && error.conflict.reason === "cursor",
    );
  });

  it("with more parts than are looked up at once ends whatever ends it first", async () => {
    await using open = await openStore();
    const pending = sampleUpload("upload_a", MADE_AT);
    const parts = Array.from({ length: 2500 }, (_, index) => insertPart(`part_${index}`, pending.id));
    await open.store.commit([insert(pending), ...parts]);
    const disk = { remove: async () => {} };
    const places = { store: open.store, disk, now: () => MADE_AT };
    const ends = Array.from({ length: 8 }, () => endUpload(places, pending.id, { status: "cancelled" }));
    const outcomes = await Promise.allSettled(ends);
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason.code] : [],
    );
    assert.deepEqual(refused, new Array(7).fill("upload_not_pending"));
    assert.deepEqual(await open.store.list("upload_part", { limit: 1, order: "asc" }), []);
  });

  it("finds no parts where it ends between two looks for them", async () => {
    await using open = await openStore();
    const parts = Array.from({ length: 1001 }, (_, index) => insertPart(`part_${index}`, "upload_a"));
    await open.store.commit([insert(sampleUpload("upload_a", MADE_AT)), ...parts]);
    const ending: Store = {
      get: (kind, id) => open.store.get(kind, id),
      async list(kind, query) {
        const page = await open.store.list(kind, query);
        if (page.length === 1000) await open.store.commit([{ delete: "upload", id: "upload_a" }]);
        return page;
      },
      tally: (kind, where, column) => open.store.tally(kind, where, column),
      commit: (changes) => open.store.commit(changes),
      close: () => open.store.close(),
    };
    assert.deepEqual(await partsOf(ending, "upload_a"), []);
  });

  it("is remembered for a day, as are those that have ended otherwise", async () => {
    await using open = await openStore();
    const ended = [
      sampleUpload("upload_a", MADE_AT, "completed"),
      sampleUpload("upload_b", MADE_AT, "cancelled"),
      sampleUpload("upload_c", MADE_AT + 1, "expired"),
    ];
    await open.store.commit(ended.map(insert));
    const disk = { remove: async () => assert.fail("nothing is to be removed") };
    await expireUploads({ store: open.store, disk, turns: new Turns() }, MADE_AT + HOUR + DAY - 1);
    assert.equal((await statuses(open)).length, 3);
    await expireUploads({ store: open.store, disk, turns: new Turns() }, MADE_AT + HOUR + DAY);
    assert.deepEqual(await statuses(open), [["upload_c", "expired"]]);
  });

  it("is pending until that second, and not in it", async () => {
    await using open = await openStore();
    await open.store.commit([insert(sampleUpload("upload_a", MADE_AT))]);
    const { object } = await findPending(open.store, "upload_a", MADE_AT + HOUR - 1);
    assert.equal(object.id, "upload_a");
    await assert.rejects(findPending(open.store, "upload_a", MADE_AT + HOUR), { code: "upload_not_pending" });
  });

  it("takes nothing from that second on", async () => {
    await using directory = await temporaryDirectory();
    const now = Math.floor(Date.now() / 1000);
    const store = await openSqliteStore(directory.path);
    // Its second comes while the service starts, or has come: in neither case may anything be added.
    await store.commit([insert(sampleUpload("upload_due", now - HOUR))]);
    await store.close();
    const { api, close, reported } = await openRunning(directory.path, new ScriptedModel());
    const upload_id = "upload_due";
    const expired = {
      code: "upload_not_pending",
      message: "Upload 'upload_due' takes nothing more: its status is expired. Create another one.",
    };
    await assert.rejects(api.addUploadPart({ upload_id, data: { content: Buffer.from("x") } }), expired);
    await assert.rejects(api.completeUpload({ upload_id, part_ids: [] }), expired);
    await assert.rejects(api.cancelUpload({ upload_id }), expired);
    await close();
    assert.deepEqual(reported, []);
  });
});
