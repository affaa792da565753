import assert from "node:assert/strict";
import { says } from "../scripted-model.ts";
import { assertNotFound } from "./rejections.ts";
import { atRest } from "./run-progress.ts";
import type { Subject } from "./subject.ts";

export function messagesSuite(subject: Subject): void {
  it("creates a message with every field of the contract", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const earliest = Math.floor(Date.now() / 1000);
    const created = await subject.api.createMessage({ thread_id, role: "user", content: "Hello" });
    const { id, created_at, completed_at, ...rest } = created;
    assert.match(id, /^msg_\w{24}$/);
    assert.ok(Number.isInteger(created_at) && created_at >= earliest && created_at <= Date.now() / 1000);
    assert.equal(completed_at, created_at);
    assert.deepEqual(rest, {
      object: "thread.message",
      thread_id,
      status: "completed",
      incomplete_details: null,
      incomplete_at: null,
      role: "user",
      content: [{ type: "text", text: { value: "Hello", annotations: [] } }],
      assistant_id: null,
      run_id: null,
      attachments: [],
      metadata: {},
    });
  });

  it("creates a message of texts and images, with role and metadata as given", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const image_url = { url: "https://example.com/cat.png", detail: "low" } as const;
    const { role, content, metadata } = await subject.api.createMessage({
      thread_id,
      role: "assistant",
      content: [
        { type: "text", text: "A cat: " },
        { type: "image_url", image_url },
        { type: "text", text: "Ünïcödé 🐈 \n" },
      ],
      metadata: { a: "b" },
    });
    assert.deepEqual([role, metadata], ["assistant", { a: "b" }]);
    assert.deepEqual(content, [
      { type: "text", text: { value: "A cat: ", annotations: [] } },
      { type: "image_url", image_url },
      { type: "text", text: { value: "Ünïcödé 🐈 \n", annotations: [] } },
    ]);
  });

  it("looks at an image as closely as it likes where nobody says how closely", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const url = "data:image/png;base64,AAAA";
    const { content } = await subject.api.createMessage({
      thread_id,
      role: "user",
      content: [{ type: "image_url", image_url: { url } }],
    });
    assert.deepEqual(content, [{ type: "image_url", image_url: { url, detail: "auto" } }]);
  });

  it("gets a message as it was created", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const created = await subject.api.createMessage({ thread_id, role: "user", content: "Hello" });
    assert.deepEqual(await subject.api.getMessage({ thread_id, message_id: created.id }), created);
  });

  it("does not find a message on another thread", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const { id: other } = await subject.api.createThread({});
    const { id } = await subject.api.createMessage({ thread_id, role: "user", content: "Hello" });
    const call = subject.api.getMessage({ thread_id: other, message_id: id });
    await assertNotFound(call, "message_not_found", `No message found with id '${id}'.`);
  });

  it("updates a message's metadata as a whole", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const fields = { role: "user", content: "Hello", metadata: { a: "1", b: "2" } } as const;
    const created = await subject.api.createMessage({ thread_id, ...fields });
    const name = { thread_id, message_id: created.id };
    const updated = await subject.api.updateMessage({ ...name, metadata: { c: "3" } });
    assert.deepEqual(updated, { ...created, metadata: { c: "3" } });
    assert.deepEqual(await subject.api.getMessage(name), updated);
    assert.deepEqual(await subject.api.updateMessage(name), updated);
  });

  it("deletes a message, once, and no other", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const { id: message_id } = await subject.api.createMessage({ thread_id, role: "user", content: "1" });
    const kept = await subject.api.createMessage({ thread_id, role: "user", content: "2" });
    const name = { thread_id, message_id };
    const answer = { id: message_id, object: "thread.message.deleted", deleted: true };
    assert.deepEqual(await subject.api.deleteMessage(name), answer);
    const message = `No message found with id '${message_id}'.`;
    await assertNotFound(subject.api.getMessage(name), "message_not_found", message);
    await assertNotFound(subject.api.deleteMessage(name), "message_not_found", message);
    assert.deepEqual((await subject.api.listMessages({ thread_id })).data, [kept]);
  });

  it("neither updates nor deletes a message on another thread", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const { id: other } = await subject.api.createThread({});
    const { id } = await subject.api.createMessage({ thread_id, role: "user", content: "Hello" });
    const name = { thread_id: other, message_id: id };
    const message = `No message found with id '${id}'.`;
    await assertNotFound(subject.api.updateMessage({ ...name, metadata: {} }), "message_not_found", message);
    await assertNotFound(subject.api.deleteMessage(name), "message_not_found", message);
    assert.equal((await subject.api.listMessages({ thread_id })).data.length, 1);
  });

  it("lists the messages of one thread, newest first", async () => {
    const { id: thread_id } = await subject.api.createThread({});
    const first = await subject.api.createMessage({ thread_id, role: "user", content: "1" });
    await subject.api.createThread({ messages: [{ role: "user", content: "elsewhere" }] });
    const second = await subject.api.createMessage({ thread_id, role: "user", content: "2" });
    assert.deepEqual(await subject.api.listMessages({ thread_id }), {
      object: "list",
      data: [second, first],
      first_id: second.id,
      last_id: first.id,
      has_more: false,
    });
  });

  it("lists only a run's messages when asked for them", async () => {
    const { thread_id, run } = await subject.scene([says("one"), says("two")]);
    const first = await atRest(subject.api, await run());
    const second = await atRest(subject.api, await run());
    for (const { id: run_id, text } of [
      { ...first, text: "one" },
      { ...second, text: "two" },
    ]) {
      const { data } = await subject.api.listMessages({ thread_id, run_id });
      assert.deepEqual(
        data.map(({ content, run_id }) => ({ content, run_id })),
        [{ content: [{ type: "text", text: { value: text, annotations: [] } }], run_id }],
      );
    }
  });

  it("lists no messages for a run that wrote none", async () => {
    const { thread_id } = await subject.scene();
    const { data } = await subject.api.listMessages({ thread_id, run_id: "run_none" });
    assert.deepEqual(data, []);
  });

  it("takes messages again when the run has ended", async () => {
    const { thread_id, run } = await subject.scene();
    await atRest(subject.api, await run());
    await subject.api.createMessage({ thread_id, role: "user", content: "And now?" });
    const { data } = await subject.api.listMessages({ thread_id });
    assert.deepEqual(
      data.map((message) => message.role),
      ["user", "assistant", "user"],
    );
  });
}
