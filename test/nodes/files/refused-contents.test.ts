import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { ends } from "../built-in-flow.ts";
import { caughtError } from "../caught-error.ts";
import { runFlow } from "../running-flow.ts";
import { node, useUploadFileNode } from "./upload-file-node.ts";

describe("the upload file node", () => {
  const { running, start, files } = useUploadFileNode();

  describe("what cannot be uploaded goes to Catch, and the service has nothing of it:", () => {
    async function* breaks() {
      yield "half";
      throw new Error("the disk is broken");
    }

    async function consumed(): Promise<Readable> {
      const stream = Readable.from(["x"]);
      await stream.toArray();
      return stream;
    }

    function locked() {
      const { body } = new Response("x");
      body?.getReader();
      return body;
    }

    const wrong: Record<string, [() => unknown, string]> = {
      nothing: [() => undefined, "file_content_missing"],
      "an empty text": [() => "", "file_content_missing"],
      "an empty Buffer": [() => Buffer.alloc(0), "file_content_missing"],
      "an empty stream": [() => Readable.from([]), "file_content_missing"],
      "a stream that was read before": [consumed, "file_content_missing"],
      "a stream that somebody else is reading": [locked, "file_content_missing"],
      "an object": [() => ({ a: 1 }), "file_content_invalid"],
      "a list": [() => ["a"], "file_content_invalid"],
      "a number": [() => 7, "file_content_invalid"],
      "a stream that breaks": [() => Readable.from(breaks()), "content_unreadable"],
      "a stream of objects": [() => Readable.from([{ a: 1 }]), "content_unreadable"],
      "a stream of a file that is not there": [() => createReadStream("/nowhere"), "content_unreadable"],
    };
    for (const [title, [content, code]] of Object.entries(wrong)) {
      it(`${title} (${code})`, async () => {
        await start();
        running.flow.send("file", { payload: await content(), filename: "a.txt" });
        assert.equal((await caughtError(running.flow)).code, code);
        assert.deepEqual([await files(), running.flow.inbox("out").arrived], [[], []]);
      });
    }

    it("a Buffer without a name (filename_missing)", async () => {
      await start();
      running.flow.send("file", { payload: Buffer.from("x"), filename: " " });
      assert.equal((await caughtError(running.flow)).code, "filename_missing");
      assert.deepEqual(await files(), []);
    });

    it("a stream for which the service refuses the request, and the stream is let go", async () => {
      await start({ expiry: 0.5, expiryUnit: "hours" });
      const payload = new PassThrough();
      payload.write("x");
      running.flow.send("file", { payload, filename: "a.txt" });
      assert.equal((await caughtError(running.flow)).code, "invalid_value");
      assert.equal(payload.destroyed, true);
      assert.deepEqual(await files(), []);
    });
  });

  it("a stream that fails while the service is still being opened ends nothing", async () => {
    await using flow = await runFlow([node(), ...ends]);
    const payload = new PassThrough();
    flow.send("file", { payload, filename: "a.txt" });
    payload.destroy(new Error("the disk is broken"));
    const { code, message } = await caughtError(flow);
    assert.equal(code, "content_unreadable");
    assert.match(message, /the disk is broken\. Nothing was uploaded/);
  });
});
