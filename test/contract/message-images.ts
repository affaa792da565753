import assert from "node:assert/strict";
import type { Parameters } from "../../src/contract/api.ts";
import type { ImageFileContent } from "../../src/contract/objects.ts";
import { images, PNG } from "../sample-images.ts";
import { assertNotFound } from "./rejections.ts";
import { atRest } from "./run-progress.ts";
import type { Scene, Subject } from "./subject.ts";

type Content = Parameters<"createMessage">["content"];

/** Every way to write a message, and the thread that it is on then. */
const writers: Record<string, (subject: Subject, scene: Scene, content: Content) => Promise<string>> = {
  createMessage: async ({ api }, { thread_id }, content) => {
    await api.createMessage({ thread_id, role: "user", content });
    return thread_id;
  },
  createThread: async ({ api }, _scene, content) => {
    return (await api.createThread({ messages: [{ role: "user", content }] })).id;
  },
  createRun: async ({ api }, scene, content) => {
    await atRest(api, await scene.run({ additional_messages: [{ role: "user", content }] }));
    return scene.thread_id;
  },
  createThreadAndRun: async ({ api }, { assistant }, content) => {
    const messages = [{ role: "user", content } as const];
    const run = await api.createThreadAndRun({ assistant_id: assistant.id, thread: { messages } });
    await atRest(api, run);
    return run.thread_id;
  },
};

export function messageImagesSuite(subject: Subject): void {
  async function upload(content: Uint8Array = PNG, type = "image/png"): Promise<string> {
    return (await subject.api.createFile({ purpose: "vision", file: { name: "cat", type, content } })).id;
  }

  const image = (file_id: string, detail: Pick<ImageFileContent["image_file"], "detail"> = {}) =>
    ({ type: "image_file", image_file: { file_id, ...detail } }) as const;

  /** What the model is shown of a message with this image, and what `meanwhile` does before it is asked. */
  async function shown(
    file_id: string,
    detail: Pick<ImageFileContent["image_file"], "detail"> = {},
    meanwhile: () => Promise<unknown> = async () => {},
    role: "user" | "assistant" = "user",
  ): Promise<unknown[]> {
    const { model, thread_id, run } = await subject.scene();
    await subject.api.createMessage({ thread_id, role, content: [image(file_id, detail)] });
    await meanwhile();
    const { status, last_error } = await atRest(subject.api, await run());
    assert.equal(status, "completed", last_error?.message);
    const item = model.requests[0]?.items.at(-1);
    return item?.type === "message" ? item.content : assert.fail();
  }

  for (const [name, write] of Object.entries(writers)) {
    it(`writes the image of a file down with ${name}`, async () => {
      const scene = await subject.scene();
      const file_id = await upload();
      const text = { type: "text", text: "A cat?" } as const;
      const content = [text, image(file_id), image(file_id, { detail: "high" })];
      const thread_id = await write(subject, scene, content);
      const { data } = await subject.api.listMessages({ thread_id });
      assert.deepEqual(data.find((message) => message.content.length === 3)?.content, [
        { type: "text", text: { value: "A cat?", annotations: [] } },
        image(file_id, { detail: "auto" }),
        image(file_id, { detail: "high" }),
      ]);
    });

    it(`does not find the image of a file that is not there with ${name}, and writes nothing`, async () => {
      const scene = await subject.scene();
      const content = [image(await upload()), image("file-none")];
      const call = write(subject, scene, content);
      await assertNotFound(call, "file_not_found", "No file found with id 'file-none'.");
      const { data } = await subject.api.listMessages({ thread_id: scene.thread_id });
      assert.equal(data.length, 1);
      assert.deepEqual((await subject.api.listRuns({ thread_id: scene.thread_id })).data, []);
    });
  }

  for (const [media_type, bytes] of images) {
    it(`shows the model the image of a file that begins as ${media_type}, whatever it came as`, async () => {
      const data = bytes.toString("base64");
      const content = await shown(await upload(bytes, "text/plain"), { detail: "low" });
      assert.deepEqual(content, [{ type: "image", media_type, data, detail: "low" }]);
    });
  }

  it("has the model look at an image as closely as it likes where nobody says how closely", async () => {
    const data = PNG.toString("base64");
    assert.deepEqual(await shown(await upload()), [
      { type: "image", media_type: "image/png", data, detail: "auto" },
    ]);
  });

  const unseen = (file_id: string, reason: string) => {
    const text = `(An image that you cannot see, the file ${file_id}: ${reason}. Say so where it matters.)`;
    return [{ type: "text", text }];
  };

  it("tells the model of an image whose file was deleted in the meantime", async () => {
    const file_id = await upload();
    const content = await shown(file_id, {}, () => subject.api.deleteFile({ file_id }));
    assert.deepEqual(content, unseen(file_id, "it has been deleted"));
  });

  for (const bytes of [Buffer.from("%PDF-1.7"), Buffer.from("<svg/>"), Buffer.alloc(0)]) {
    it(`tells the model that ${JSON.stringify(bytes.toString())} is no image, whatever it came as`, async () => {
      const file_id = await upload(bytes, "image/png");
      assert.deepEqual(await shown(file_id), unseen(file_id, "it is no PNG, JPEG, GIF or WebP"));
    });
  }

  it("names the model an image in an assistant's message, which no model takes", async () => {
    const file_id = await upload();
    const content = await shown(file_id, {}, undefined, "assistant");
    assert.deepEqual(content, [{ type: "text", text: `(An image: the file ${file_id}.)` }]);
  });
}
