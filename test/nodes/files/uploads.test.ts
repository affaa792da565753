import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import { ends } from "../built-in-flow.ts";
import { heldStream } from "./held-stream.ts";
import { node, useUploadFileNode } from "./upload-file-node.ts";

describe("the upload file node", () => {
  const { running, start, pass, files, onlyFile, contentOf } = useUploadFileNode();

  describe("upload", () => {
    it("uploads the payload under msg.filename, and leaves the rest of the message alone", async () => {
      await start();
      const req = { headers: {} };
      const msg = await pass({ payload: "{{topic}}", filename: "/tmp/a.md", topic: "t", req });
      const { file, content } = await onlyFile();
      assert.deepEqual(msg["file"], file);
      assert.deepEqual([file.filename, file.purpose, String(content)], ["a.md", "assistants", "{{topic}}"]);
      assert.equal("expires_at" in file, false);
      assert.deepEqual([msg.payload, msg["filename"], msg.topic], ["{{topic}}", "/tmp/a.md", "t"]);
      assert.equal(msg["req"], req);
    });

    const contents: Record<string, () => unknown> = {
      "a Buffer": () => Buffer.from("Grüße"),
      "a Uint8Array of a Function node": () =>
        runInNewContext("new Uint8Array(bytes)", { bytes: [...Buffer.from("Grüße")] }),
      "an ArrayBuffer": () => new Uint8Array(Buffer.from("Grüße")).buffer,
      "a stream of bytes": () => Readable.from([Buffer.from("Gr"), Buffer.from("üße")]),
      "a stream of text": () => Readable.from([Buffer.from("Grüße")]).setEncoding("utf8"),
      "a stream of the web": () => new Response("Grüße").body,
      "an async iterator": async function* () {
        yield "Gr";
        yield Buffer.from("üße");
      },
    };
    for (const [title, content] of Object.entries(contents)) {
      it(`takes ${title}`, async () => {
        await start();
        const given = content();
        const payload = typeof given === "function" ? given() : given;
        await pass({ payload, filename: "a.txt" });
        assert.equal(String((await onlyFile()).content), "Grüße");
      });
    }

    it("takes a text without a name as text.txt, of the type text/plain", async () => {
      await start();
      await pass({ payload: "Hi" });
      const { file } = await onlyFile();
      assert.equal(file.filename, "text.txt");
      assert.equal((await running.api.getFileContent({ file_id: file.id })).type, "text/plain");
    });

    it("fills in texts that were written into the form", async () => {
      await start({
        content: "It's <{{payload}}>",
        contentType: "str",
        filename: "{{topic}}.md",
        filenameType: "str",
      });
      await pass({ payload: "{{topic}}", topic: "b" });
      const { file, content } = await onlyFile();
      assert.deepEqual([file.filename, String(content)], ["b.md", "It's <{{topic}}>"]);
    });

    for (const [expiry, expiryUnit, seconds] of [
      ["1.5", "hours", 5400],
      [30, "days", 2_592_000],
    ] as const) {
      it(`uploads for the purpose that was chosen, and for ${expiry} ${expiryUnit}`, async () => {
        await start({ purpose: "user_data", expiry, expiryUnit });
        await pass({ payload: "Hi" });
        const { file } = await onlyFile();
        assert.equal(file.purpose, "user_data");
        assert.equal(file.expires_at, file.created_at + seconds);
      });
    }

    it("answers two messages at once, each with its own file", async () => {
      await start();
      const both = Promise.withResolvers<void>();
      let underWay = 0;
      async function* content(word: string) {
        yield `${word} `;
        underWay += 1;
        if (underWay === 2) both.resolve();
        await both.promise;
        yield word;
      }
      for (const word of ["a", "b"]) running.flow.send("file", { payload: content(word), filename: word });
      const answers = await running.flow.inbox("out").take(2);
      assert.deepEqual(answers.map((msg) => msg["filename"]).sort(), ["a", "b"]);
      for (const { file, filename } of answers) {
        assert.ok(typeof file === "object" && file !== null && "id" in file);
        assert.equal(String(await contentOf(String(file.id))), `${filename} ${filename}`);
      }
    });

    it("gives up what it uploads when it closes, and stays silent", async () => {
      await start();
      const { stream: payload, asked, left } = heldStream();
      running.flow.send("file", { payload, filename: "a.txt" });
      await asked;
      const out = running.flow.inbox("out");
      await running.flow.deploy([node({ name: "changed" }), ...ends]);
      await left;
      assert.deepEqual([out.arrived, running.flow.inbox("caught").arrived, await files()], [[], [], []]);
    });
  });
});
