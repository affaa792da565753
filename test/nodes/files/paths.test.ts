import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { caughtError } from "../caught-error.ts";
import { useUploadFileNode } from "./upload-file-node.ts";

describe("the upload file node", () => {
  const { running, start, pass, files, onlyFile } = useUploadFileNode();

  describe("upload of a path", () => {
    it("reads the file that the form's template names, under its own name", async () => {
      await start({ content: `${running.directory}/{{topic}}.txt`, contentType: "path" });
      await writeFile(join(running.directory, "on disk.txt"), "Grüße");
      await pass({ topic: "on disk" });
      const { file, content } = await onlyFile();
      assert.deepEqual([file.filename, String(content)], ["on disk.txt", "Grüße"]);
    });

    it("gives it the name that the message has", async () => {
      await start({ content: `${running.directory}/a.txt`, contentType: "path" });
      await writeFile(join(running.directory, "a.txt"), "Hi");
      await pass({ filename: "other.md" });
      assert.equal((await onlyFile()).file.filename, "other.md");
    });

    it("begins a relative one where Node-RED's file nodes begin it", async () => {
      await start({ content: "in/a.txt", contentType: "path" });
      await mkdir(join(running.directory, "in"));
      await writeFile(join(running.directory, "in", "a.txt"), "Hi");
      await pass({});
      assert.equal(String((await onlyFile()).content), "Hi");
    });

    it("happens only where it was chosen: a path in the message is a text", async () => {
      await start();
      const payload = join(running.directory, "a.txt");
      await writeFile(payload, "secret");
      await pass({ payload });
      assert.equal(String((await onlyFile()).content), payload);
    });

    const unreadable: [string, string, string][] = [
      ["that does not exist", "nowhere.txt", "path_unreadable"],
      ["of a directory", ".", "path_no_file"],
      ["of a pipe that nobody writes into", "pipe", "path_no_file"],
      ["of an empty file", "empty.txt", "file_content_missing"],
    ];
    for (const [title, content, code] of unreadable) {
      it(`${title} goes to Catch: ${code}`, async () => {
        execFileSync("mkfifo", [join(running.directory, "pipe")]);
        await writeFile(join(running.directory, "empty.txt"), "");
        await start({ content, contentType: "path" });
        running.flow.send("file", {});
        assert.equal((await caughtError(running.flow)).code, code);
        assert.deepEqual(await files(), []);
      });
    }
  });
});
