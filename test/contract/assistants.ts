import assert from "node:assert/strict";
import { says } from "../scripted-model.ts";
import { assertNotFound } from "./rejections.ts";
import { atRest } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

/** Every field that an assistant can be given, none with its default. */
const FULL = {
  model: "m",
  name: "Weather",
  description: "Knows the weather",
  instructions: "Be brief.",
  tools: [
    {
      type: "function",
      function: {
        name: "get_weather",
        description: "The weather of a place",
        parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"] },
        strict: true,
      },
    },
  ],
  metadata: { team: "blue" },
  reasoning_effort: "low",
  temperature: 0,
  top_p: 0.5,
  response_format: {
    type: "json_schema",
    json_schema: { name: "answer", description: "d", schema: { type: "object" }, strict: null },
  },
} as const;

/** The literal's arrays may be written to as far as the types of the API know. */
const full = () => structuredClone({ ...FULL, tools: FULL.tools.map((tool) => ({ ...tool })) });

export function assistantsSuite(subject: Subject): void {
  it("creates an assistant with the defaults of the contract", async () => {
    const earliest = Math.floor(Date.now() / 1000);
    const { id, created_at, ...rest } = await subject.api.createAssistant({ model: "m" });
    assert.match(id, /^asst_\w{24}$/);
    assert.ok(Number.isInteger(created_at) && created_at >= earliest && created_at <= Date.now() / 1000);
    assert.deepEqual(rest, {
      object: "assistant",
      name: null,
      description: null,
      model: "m",
      instructions: null,
      tools: [],
      tool_resources: {},
      metadata: {},
      temperature: 1,
      top_p: 1,
      response_format: "auto",
      reasoning_effort: null,
    });
  });

  it("creates an assistant with every field as it was given", async () => {
    const { id: _id, created_at: _at, ...rest } = await subject.api.createAssistant(full());
    assert.deepEqual(rest, { ...FULL, object: "assistant", tool_resources: {} });
  });

  it("takes null for a field that may be null as leaving it out", async () => {
    const nulls = { name: null, description: null, instructions: null, metadata: null };
    const sampling = { temperature: null, top_p: null, response_format: null };
    const given = await subject.api.createAssistant({ model: "m", ...nulls, ...sampling });
    const without = await subject.api.createAssistant({ model: "m" });
    assert.deepEqual({ ...given, id: "", created_at: 0 }, { ...without, id: "", created_at: 0 });
  });

  it("gets an assistant as it was created", async () => {
    const created = await subject.api.createAssistant(full());
    assert.deepEqual(await subject.api.getAssistant({ assistant_id: created.id }), created);
  });

  it("updates what is given and keeps the rest", async () => {
    const created = await subject.api.createAssistant(full());
    const updated = await subject.api.updateAssistant({ assistant_id: created.id, name: "New" });
    assert.deepEqual(updated, { ...created, name: "New" });
    assert.deepEqual(await subject.api.getAssistant({ assistant_id: created.id }), updated);
  });

  it("updates every field", async () => {
    const created = await subject.api.createAssistant({ model: "old" });
    const updated = await subject.api.updateAssistant({ assistant_id: created.id, ...full() });
    assert.deepEqual(updated, { ...created, ...FULL });
  });

  it("replaces tools and metadata as a whole", async () => {
    const { id } = await subject.api.createAssistant({
      model: "m",
      tools: functionTools("a", "b"),
      metadata: { a: "1", b: "2" },
    });
    const updated = await subject.api.updateAssistant({
      assistant_id: id,
      tools: functionTools("b"),
      metadata: { c: "3" },
    });
    assert.deepEqual([updated.tools, updated.metadata], [functionTools("b"), { c: "3" }]);
  });

  it("clears a text that is updated to null", async () => {
    const created = await subject.api.createAssistant(full());
    const texts = { name: null, description: null, instructions: null };
    const updated = await subject.api.updateAssistant({ assistant_id: created.id, ...texts });
    assert.deepEqual(updated, { ...created, ...texts });
  });

  it("leaves to the model what is updated to null", async () => {
    const { model: _, ...fields } = full();
    const { assistant, model, run } = await subject.scene([says("Hi")], fields);
    const nulls = {
      instructions: null,
      metadata: null,
      tool_resources: null,
      temperature: null,
      top_p: null,
      response_format: null,
      reasoning_effort: null,
    };
    const updated = await subject.api.updateAssistant({ assistant_id: assistant.id, ...nulls });
    assert.deepEqual(updated, { ...assistant, ...nulls });
    assert.equal((await atRest(subject.api, await run())).status, "completed");
    const [request] = model.requests;
    assert.deepEqual(
      [request?.instructions, request?.temperature, request?.top_p, request?.response_format],
      ["", null, null, "auto"],
    );
    assert.equal(request?.reasoning_effort, null);
  });

  it("changes nothing when nothing is given", async () => {
    const created = await subject.api.createAssistant(full());
    assert.deepEqual(await subject.api.updateAssistant({ assistant_id: created.id }), created);
  });

  it("loses none of many updates at once", async () => {
    const { id: assistant_id } = await subject.api.createAssistant({ model: "m" });
    const texts = { name: "n", description: "d", instructions: "i", model: "m2" };
    await Promise.all(
      Object.entries(texts).map(([field, text]) =>
        subject.api.updateAssistant({ assistant_id, [field]: text }),
      ),
    );
    const { name, description, instructions, model } = await subject.api.getAssistant({ assistant_id });
    assert.deepEqual({ name, description, instructions, model }, texts);
  });

  it("deletes an assistant", async () => {
    const { id } = await subject.api.createAssistant({ model: "m" });
    const answer = await subject.api.deleteAssistant({ assistant_id: id });
    assert.deepEqual(answer, { id, object: "assistant.deleted", deleted: true });
    const message = `No assistant found with id '${id}'.`;
    await assertNotFound(subject.api.getAssistant({ assistant_id: id }), "assistant_not_found", message);
  });

  it("deletes an assistant once", async () => {
    const { id } = await subject.api.createAssistant({ model: "m" });
    await subject.api.deleteAssistant({ assistant_id: id });
    const message = `No assistant found with id '${id}'.`;
    await assertNotFound(subject.api.deleteAssistant({ assistant_id: id }), "assistant_not_found", message);
  });

  it("lists the newest assistant first", async () => {
    const first = await subject.api.createAssistant({ model: "m" });
    const second = await subject.api.createAssistant({ model: "m" });
    const { data } = await subject.api.listAssistants({ limit: 2 });
    assert.deepEqual(data, [second, first]);
  });
}
