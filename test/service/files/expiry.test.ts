/** Files whose time has come. */
import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { File } from "../../../src/contract/objects.ts";
import { Expiry } from "../../../src/service/expiry.ts";
import { FileDisk } from "../../../src/service/files/file-disk.ts";
import { removeExpiredFiles } from "../../../src/service/files/remove-file.ts";
import { newFile } from "../../../src/service/objects.ts";
import { openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { openRunning } from "../running-service.ts";
import { MADE_AT } from "../sample-objects.ts";
import { openStore } from "../store/open-store.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const seconds = () => Math.floor(Date.now() / 1000);

const sampleFile = (id: string, expires_at?: number): File => ({
  ...newFile({ id, name: "a.txt", bytes: 5 }, { purpose: "batch" }, MADE_AT),
  ...(expires_at === undefined ? {} : { expires_at }),
});
const insert = (object: File) => ({ insert: "file", object, internal: { type: "text/plain" } }) as const;

describe("a file whose time has come", () => {
  it("is removed with its bytes, those without or before their time are not", async () => {
    await using open = await openStore();
    const files = join(open.directory, "files");
    await mkdir(files);
    const many = Array.from({ length: 250 }, (_, index) => sampleFile(`file-due${index}`, MADE_AT + 60));
    const kept = [sampleFile("file-later", MADE_AT + 61), sampleFile("file-never")];
    await open.store.commit([...many, ...kept].map(insert));
    for (const { id } of [...many.slice(0, 3), ...kept]) await writeFile(join(files, id), "Hello");
    const disk = new FileDisk({ directory: open.directory, isKept: async () => true, onError: assert.fail });
    const places = { store: open.store, disk, indexer: { forget: async () => {} } };
    await removeExpiredFiles(places, MADE_AT + 60);
    const left = await open.store.list("file", { limit: 1000, order: "asc" });
    assert.deepEqual(
      left.map(({ object }) => object.id),
      ["file-later", "file-never"],
    );
    assert.deepEqual((await readdir(files)).sort(), ["file-later", "file-never"]);
  });

  it("is removed at the next start", async () => {
    await using directory = await temporaryDirectory();
    const store = await openSqliteStore(directory.path);
    await store.commit([insert(sampleFile("file-due", seconds() - 1))]);
    await store.close();
    const service = await openRunning(directory.path, new ScriptedModel());
    await service.close();
    const again = await openSqliteStore(directory.path);
    assert.equal(await again.get("file", "file-due"), null);
    await again.close();
    assert.deepEqual(service.reported, []);
  });

  it("is not found from then on, and not listed", async () => {
    await using directory = await temporaryDirectory();
    const store = await openSqliteStore(directory.path);
    const due = seconds() + 1;
    await store.commit([insert(sampleFile("file-due", due))]);
    await store.close();
    const service = await openRunning(directory.path, new ScriptedModel());
    const { api } = service;
    const file_id = "file-due";
    while (seconds() < due) await api.listFiles({});
    const notFound = { code: "file_not_found", status: 404 };
    await assert.rejects(api.getFile({ file_id }), notFound);
    await assert.rejects(api.getFileContent({ file_id }), notFound);
    await assert.rejects(api.deleteFile({ file_id }), notFound);
    assert.deepEqual((await api.listFiles({})).data, []);
    await service.close();
  });
});

describe("the look for files whose time has come", () => {
  it("is taken at once, its failure reported, and waited for when it is closed", async () => {
    const reported: unknown[] = [];
    const failure = new Error("The disk is gone.");
    const expiry = new Expiry(
      async () => {
        throw failure;
      },
      (error) => reported.push(error),
    );
    await expiry.close();
    assert.deepEqual(reported, [failure]);
  });

  it("ends before its next file when it is closed", async () => {
    await using open = await openStore();
    await open.store.commit([1, 2, 3].map((number) => insert(sampleFile(`file-${number}`, MADE_AT))));
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const disk = {
      remove: async () => {
        begun.resolve();
        await goOn.promise;
      },
    };
    const places = { store: open.store, disk, indexer: { forget: async () => {} } };
    const expiry = new Expiry((signal) => removeExpiredFiles(places, MADE_AT, signal), console.error);
    await begun.promise;
    const closed = expiry.close();
    goOn.resolve();
    await closed;
    assert.equal((await open.store.list("file", { limit: 10, order: "asc" })).length, 2);
  });

  it("keeps no process alive", () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const expiry = new Expiry(async () => {}, console.error);
    assert.equal(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length, before);
    return expiry.close();
  });
});
