/** Assistants, threads and messages with the official SDK. */
import assert from "node:assert/strict";
import { AzureOpenAI } from "openai";
import { createRehearsal } from "../../src/models/rehearsal/rehearsal.ts";
import { says } from "../scripted-model.ts";
import { POLL, type ServedSdk, serveSdk } from "./served-sdk.ts";

describe("the official SDK: objects", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk();
  });
  after(() => sdk[Symbol.asyncDispose]());

  it("creates, retrieves, updates, lists and deletes an assistant", async () => {
    const { assistants } = sdk.client.beta;
    const created = await assistants.create({ model: "m", name: "Anna", metadata: { a: "1" } });
    assert.equal(created.object, "assistant");
    assert.deepEqual(await assistants.retrieve(created.id), created);
    const updated = await assistants.update(created.id, { name: "Berta" });
    assert.deepEqual(updated, { ...created, name: "Berta" });
    const { data } = await assistants.list({ limit: 1 });
    assert.deepEqual(data, [updated]);
    const deleted = await assistants.delete(created.id);
    assert.deepEqual(deleted, { id: created.id, object: "assistant.deleted", deleted: true });
  });

  it("creates, retrieves, updates and deletes a thread", async () => {
    const { threads } = sdk.client.beta;
    const created = await threads.create({ metadata: { a: "1" } });
    assert.deepEqual(await threads.retrieve(created.id), created);
    const updated = await threads.update(created.id, { metadata: { a: "2" } });
    assert.deepEqual(updated, { ...created, metadata: { a: "2" } });
    const deleted = await threads.delete(created.id);
    assert.deepEqual(deleted, { id: created.id, object: "thread.deleted", deleted: true });
  });

  it("creates a thread with nothing at all", async () => {
    const created = await sdk.client.beta.threads.create();
    assert.deepEqual(created.metadata, {});
  });

  it("creates, retrieves, updates, lists and deletes a message", async () => {
    const { threads } = sdk.client.beta;
    const { id: thread_id } = await threads.create();
    const content = [
      { type: "text" as const, text: "What is this?" },
      { type: "image_url" as const, image_url: { url: "https://example.com/a.png" } },
    ];
    const created = await threads.messages.create(thread_id, { role: "user", content });
    assert.deepEqual(
      created.content.map(({ type }) => type),
      ["text", "image_url"],
    );
    assert.deepEqual(await threads.messages.retrieve(created.id, { thread_id }), created);
    const updated = await threads.messages.update(created.id, { thread_id, metadata: { a: "1" } });
    assert.deepEqual(updated, { ...created, metadata: { a: "1" } });
    assert.deepEqual((await threads.messages.list(thread_id)).data, [updated]);
    const deleted = await threads.messages.delete(created.id, { thread_id });
    assert.deepEqual(deleted, { id: created.id, object: "thread.message.deleted", deleted: true });
    assert.deepEqual((await threads.messages.list(thread_id)).data, []);
  });

  it("lists the messages of one run", async () => {
    const { assistant, thread_id } = await sdk.scene([says("Hi")]);
    const { threads } = sdk.client.beta;
    const run = await threads.runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL);
    const { data } = await threads.messages.list(thread_id, { run_id: run.id });
    assert.deepEqual(
      data.map(({ role, run_id }) => [role, run_id]),
      [["assistant", run.id]],
    );
  });

  it("lists and retrieves models", async () => {
    await using offline = await serveSdk(createRehearsal({ pace: 0 }));
    const { models } = offline.client;
    const { data } = await models.list();
    assert.deepEqual(
      data.map(({ id }) => id),
      ["rehearsal"],
    );
    assert.deepEqual([await models.retrieve("rehearsal")], data);
  });

  it("does the same with the class for Azure", async () => {
    const azure = new AzureOpenAI({
      apiKey: sdk.apiKey,
      endpoint: new URL("/", sdk.baseURL).origin,
      apiVersion: "2024-05-01-preview",
    });
    const created = await azure.beta.assistants.create({ model: "m" });
    assert.deepEqual(await azure.beta.assistants.retrieve(created.id), created);
    assert.deepEqual(await sdk.client.beta.assistants.retrieve(created.id), created);
  });
});
