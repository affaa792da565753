/** What becomes of uploads in parts when the process dies. */
import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { openSqliteStore } from "../../../src/service/store/sqlite-store.ts";
import { ScriptedModel } from "../../scripted-model.ts";
import { startChild } from "../child-process.ts";
import { openRunning } from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const UPLOADER = new URL("./fixtures/uploader.ts", import.meta.url);
const WHOLE = ["0", "1", "2", "3"].map((text) => text.repeat(400_000)).join("");

/** Starts the service, and closes it when what nobody keeps has been swept away. */
async function sweep(directory: string, kept: number): Promise<void> {
  const service = await openRunning(directory, new ScriptedModel());
  // Closing would end the sweep.
  while ((await readdir(join(directory, "files"))).length > kept) await service.api.listFiles({});
  await service.close();
  assert.deepEqual(service.reported, []);
}

/** The ids of the files and parts that the database knows. */
async function known(directory: string): Promise<{ files: string[]; parts: string[] }> {
  const store = await openSqliteStore(directory);
  const all = { limit: 10_000, order: "asc" } as const;
  const files = (await store.list("file", all)).map(({ object }) => object.id);
  const parts = (await store.list("upload_part", all)).map(({ object }) => object.id);
  await store.close();
  return { files, parts };
}

describe("uploads in parts", function () {
  // Several processes are started one after the other.
  this.timeout(60_000);

  it("have all or nothing of their file after kill -9, and no bytes of nobody", async () => {
    await using directory = await temporaryDirectory();
    for (let round = 0; round < 4; round += 1) {
      await using child = startChild(UPLOADER, directory.path);
      await child.printed(9 + 11 * round);
      await child.kill();
      const { files, parts } = await known(directory.path);
      await sweep(directory.path, files.length + parts.length);
      assert.deepEqual((await readdir(join(directory.path, "files"))).sort(), [...files, ...parts].sort());

      const words = child.lines.map((line) => line.split(" "));
      const said = (verb: string) => words.filter(([first]) => first === verb);
      const over = new Set([...said("completing"), ...said("cancelling")].map(([, upload]) => upload));
      for (const [, upload, part = "", bytes] of said("part")) {
        if (over.has(upload)) continue;
        assert.ok(parts.includes(part), `${part} is there`);
        assert.equal((await stat(join(directory.path, "files", part))).size, Number(bytes));
      }
      for (const [, , file = ""] of said("completed")) assert.ok(files.includes(file), `${file} is there`);
      for (const file of files) {
        assert.ok(
          (await readFile(join(directory.path, "files", file), "utf8")) === WHOLE,
          `${file} is whole`,
        );
      }
    }
  });

  it("go on after kill -9 with the parts that were acknowledged", async () => {
    await using directory = await temporaryDirectory();
    await using child = startChild(UPLOADER, directory.path);
    await child.printed(2);
    await child.kill();
    const words = child.lines.map((line) => line.split(" "));
    const begun = words
      .filter(([verb]) => verb === "part")
      .map(([, upload = "", part = ""]) => ({ upload, part }));
    const ended = new Set(words.filter(([verb]) => verb !== "part").map(([, upload]) => upload));
    const left = begun.filter(({ upload }) => !ended.has(upload));
    await using service = await openRunning(directory.path, new ScriptedModel());
    const upload_id = left[0]?.upload ?? "";
    const part_ids = left.filter(({ upload }) => upload === upload_id).map(({ part }) => part);
    assert.ok(part_ids.length > 0);
    while (part_ids.length < 4) {
      const data = { content: Buffer.alloc(400_000, "x") };
      part_ids.push((await service.api.addUploadPart({ upload_id, data })).id);
    }
    const { file } = await service.api.completeUpload({ upload_id, part_ids });
    assert.equal(file?.bytes, 1_600_000);
  });
});
