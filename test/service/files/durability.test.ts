/** What becomes of files when the process dies, or the disk is full. */
import assert from "node:assert/strict";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ScriptedModel } from "../../scripted-model.ts";
import { startChild, startChildWithFullDisk } from "../child-process.ts";
import { openRunning } from "../running-service.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const UPLOADER = new URL("./fixtures/uploader.ts", import.meta.url);

/** What is on the disk when the sweep at the start is over. */
async function swept(directory: string): Promise<{ listed: string[]; onDisk: string[] }> {
  const service = await openRunning(directory, new ScriptedModel());
  // Closing waits for the sweep, or ends it: so it is seen to have ended before.
  for (;;) {
    const { data } = await service.api.listFiles({});
    const onDisk = await readdir(join(directory, "files"));
    if (onDisk.length > data.length) continue;
    await service.close();
    assert.deepEqual(service.reported, []);
    return { listed: data.map((file) => file.id).sort(), onDisk: onDisk.sort() };
  }
}

describe("files", function () {
  // Several processes are started one after the other.
  this.timeout(60_000);

  it("that were acknowledged are there after kill -9, whole, and nothing else is", async () => {
    await using directory = await temporaryDirectory();
    for (let round = 0; round < 3; round += 1) {
      await using child = startChild(UPLOADER, directory.path, "300000");
      await child.printed(9 + 7 * round);
      await child.kill();
      const { listed, onDisk } = await swept(directory.path);
      assert.deepEqual(onDisk, listed);
      const words = child.lines.map((line) => line.split(" "));
      const said = (verb: string) => words.filter(([first]) => first === verb).map(([, id = ""]) => id);
      const mayBeGone = new Set(said("deleting"));
      for (const [verb, id = "", bytes] of words) {
        if (verb !== "kept" || mayBeGone.has(id)) continue;
        assert.ok(listed.includes(id), `${id} is listed`);
        assert.equal((await stat(join(directory.path, "files", id))).size, Number(bytes));
      }
      for (const id of said("deleted")) assert.ok(!listed.includes(id), `${id} is gone`);
    }
  });

  it("that find no room on the disk are refused, and leave nothing", async () => {
    await using directory = await temporaryDirectory();
    // Four megabytes: large enough for the database, not for every file.
    await using child = startChildWithFullDisk(8192, UPLOADER, directory.path, "8000000");
    const { codes, listed, onDisk } = JSON.parse((await child.ended()).at(-1) ?? "");
    assert.deepEqual(codes, ["files_unavailable 503"]);
    assert.ok(listed.length > 0);
    assert.deepEqual(onDisk, listed);
  });

  it("of somebody else in their directory stay as they are", async () => {
    await using directory = await temporaryDirectory();
    const files = join(directory.path, "files");
    await mkdir(files);
    const orphans = ["file-0000000000000000000000aa", "file-0000000000000000000000bb.incoming"];
    const others = ["notes.txt", "file-backup.tar", "file-"];
    for (const name of [...orphans, ...others]) await writeFile(join(files, name), "x");
    const service = await openRunning(directory.path, new ScriptedModel());
    while ((await readdir(files)).length > others.length);
    await service.close();
    assert.deepEqual((await readdir(files)).sort(), others.sort());
  });
});
