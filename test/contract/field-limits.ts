/** Every limit of the request schemas: what just fits is taken, what just does not is refused by name. */
import assert from "node:assert/strict";
import { type OperationName, operationNames } from "../../src/contract/operations.ts";
import { calls, says } from "../scripted-model.ts";
import { type Fields, limits } from "./field-limit-table.ts";
import { uploadText } from "./library.ts";
import { callUnchecked, errorOf } from "./rejections.ts";
import { atRest, openCalls } from "./run-progress.ts";
import { functionTools, type Subject } from "./subject.ts";

/** A vector store with a file and a batch, and what the operation needs of them. */
async function vectorStoreBase({ api }: Subject, name: OperationName): Promise<Fields> {
  const { id: vector_store_id } = await api.createVectorStore({});
  const file_id = await uploadText(api, "Hello");
  const { id: batch_id } = await api.createVectorStoreFileBatch({ vector_store_id, file_ids: [file_id] });
  const bases: Partial<Record<OperationName, Fields>> = {
    createVectorStore: {},
    searchVectorStore: { vector_store_id, query: "a" },
    createVectorStoreFile: { vector_store_id, file_id },
    updateVectorStoreFile: { vector_store_id, file_id, attributes: {} },
    createVectorStoreFileBatch: { vector_store_id, file_ids: [file_id] },
    listVectorStoreFileBatchFiles: { vector_store_id, batch_id },
  };
  return bases[name] ?? { vector_store_id };
}

export function fieldLimitsSuite(subject: Subject): void {
  /** Fresh good parameters, so that no run is in the way of the next. */
  async function base(name: OperationName): Promise<Fields> {
    if (/VectorStore(?!s)/.test(name)) return vectorStoreBase(subject, name);
    const { assistant, thread_id, run } = await subject.scene();
    if (name === "updateMessage") {
      const { id } = await subject.api.createMessage({ thread_id, role: "user", content: "Hello" });
      return { thread_id, message_id: id };
    }
    if (name === "listRunSteps" || name === "updateRun")
      return { thread_id, run_id: (await atRest(subject.api, await run())).id };
    const bases: Partial<Record<OperationName, Fields>> = {
      createAssistant: { model: "m" },
      updateAssistant: { assistant_id: assistant.id },
      updateThread: { thread_id },
      createMessage: { thread_id, role: "user", content: "Hello" },
      listMessages: { thread_id },
      createRun: { thread_id, assistant_id: assistant.id },
      createThreadAndRun: { assistant_id: assistant.id },
      listRuns: { thread_id },
      createUpload: { filename: "n", purpose: "vision", bytes: 1, mime_type: "text/plain" },
      createFile: { purpose: "vision", file: { name: "n", content: Buffer.from("") } },
    };
    return bases[name] ?? {};
  }

  it("submitToolOutputsToRun takes an output of 1048576 characters, and no further", async () => {
    const { api } = subject;
    const { thread_id, run } = await subject.scene([calls({ name: "f" }), says("Done")], {
      tools: functionTools("f"),
    });
    const waiting = await atRest(api, await run());
    const [tool_call_id = ""] = openCalls(waiting);
    const submit = (length: number) => {
      const tool_outputs = [{ tool_call_id, output: "x".repeat(length) }];
      return api.submitToolOutputsToRun({ thread_id, run_id: waiting.id, tool_outputs });
    };
    const { code, param } = await errorOf(submit(1_048_577));
    assert.deepEqual([code, param], ["invalid_value", "tool_outputs[0].output"]);
    assert.equal((await submit(1_048_576)).status, "queued");
  });

  for (const name of operationNames) {
    for (const { title, fits, exceeds, param = Object.keys(exceeds)[0] } of limits[name] ?? []) {
      it(`${name} takes ${title}, and no further`, async () => {
        const good = await base(name);
        const error = await errorOf(callUnchecked(subject.api, name, { ...good, ...exceeds }));
        assert.deepEqual(
          [error.code, error.status, error.param, error.wireCode],
          ["invalid_value", 400, param, "invalid_value"],
        );
        assert.ok(error.message.startsWith(`Invalid value for '${param}': `), error.message);
        await callUnchecked(subject.api, name, { ...good, ...fits });
      });
    }
  }
}
