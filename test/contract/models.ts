import assert from "node:assert/strict";
import { createRehearsal } from "../../src/models/rehearsal/rehearsal.ts";
import { assertRejects } from "./rejections.ts";
import { ModelsByName, type Subject } from "./subject.ts";

export function modelsSuite(subject: Subject): void {
  it("lists the model that answers, and gets it by its name", async () => {
    const earliest = Math.floor(Date.now() / 1000);
    await using opened = await subject.implementation.open(createRehearsal({ pace: 0 }));
    const { object, data } = await opened.api.listModels({});
    assert.deepEqual([object, data.length], ["list", 1]);
    const [model] = data;
    const { created = 0, ...rest } = model ?? {};
    assert.deepEqual(rest, { id: "rehearsal", object: "model", owned_by: "assistants-service" });
    assert.ok(Number.isInteger(created) && created >= earliest && created <= Date.now() / 1000);
    assert.deepEqual(await opened.api.getModel({ model: "rehearsal" }), model);
  });

  it("lists none where the model takes any name", async () => {
    await using opened = await subject.implementation.open(new ModelsByName());
    assert.deepEqual(await opened.api.listModels({}), { object: "list", data: [] });
  });

  it("does not find a model that is not listed", async () => {
    await assertRejects(subject.api.getModel({ model: "maker/none" }), {
      code: "model_not_found",
      message: "The model 'maker/none' does not exist.",
      status: 404,
      wireCode: "model_not_found",
    });
  });
}
