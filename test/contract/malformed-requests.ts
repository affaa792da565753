/** Requests that are not in the contract's shape: each is refused with the same words everywhere. */
import assert from "node:assert/strict";
import { operationNames, operations, pathParameters } from "../../src/contract/operations.ts";
import { MAX_DEPTH, MAX_VALUES } from "../../src/service/json-bounds.ts";
import type { MalformedRequest } from "./malformed-fields.ts";
import { malformed } from "./malformed-request-table.ts";
import { malformedVectorStores } from "./malformed-vector-stores.ts";
import { assertRejects, callUnchecked, errorOf } from "./rejections.ts";
import type { Subject } from "./subject.ts";

const PATH_IDS: Record<string, string> = {
  assistant_id: "asst_none",
  thread_id: "thread_none",
  message_id: "msg_none",
  run_id: "run_none",
  step_id: "step_none",
  model: "none",
  file_id: "file-none",
  upload_id: "upload_none",
  vector_store_id: "vs_none",
  batch_id: "vsfb_none",
};

/** What each operation needs at least; `assistant_id` may stand in the body, too. */
const REQUIRED: Record<string, Record<string, unknown>> = {
  createAssistant: { model: "m" },
  createMessage: { role: "user", content: "Hello" },
  createRun: { assistant_id: "asst_none" },
  createThreadAndRun: { assistant_id: "asst_none" },
  submitToolOutputsToRun: { tool_outputs: [] },
  searchVectorStore: { query: "a" },
  createVectorStoreFile: { file_id: "file-none" },
  updateVectorStoreFile: { attributes: {} },
  createUpload: { filename: "n", purpose: "assistants", bytes: 0, mime_type: "text/plain" },
  addUploadPart: { data: { content: Buffer.from("") } },
  completeUpload: { part_ids: [] },
  createFile: { purpose: "assistants", file: { name: "n", content: Buffer.from("") } },
};

function expectedError({ param, problem }: MalformedRequest) {
  const [kind, detail] = problem;
  switch (kind) {
    case "unknown":
      return { code: "unknown_parameter", message: `Unknown parameter: '${param}'.` };
    case "missing":
      return { code: "missing_required_parameter", message: `Missing required parameter: '${param}'.` };
    case "type":
      return { code: "invalid_type", message: `Invalid type for '${param}': expected ${detail}.` };
    case "choice":
      return {
        code: "invalid_value",
        message: `Invalid value for '${param}': supported values are ${detail}.`,
      };
  }
}

/** An assistant whose tool's schema goes so many levels down, the request itself being the first. */
function nested(levels: number): Record<string, unknown> {
  let parameters = {};
  // Above it: the request, `tools`, the tool and its function.
  for (let level = 5; level < levels; level += 1) parameters = { items: parameters };
  return { model: "m", tools: [{ type: "function", function: { name: "f", parameters } }] };
}

export function malformedRequestsSuite(subject: Subject): void {
  for (const name of operationNames) {
    const names = pathParameters(operations[name].path);
    const inPath = Object.fromEntries(names.map((parameter) => [parameter, PATH_IDS[parameter]]));
    const good = { ...inPath, ...REQUIRED[name] };

    it(`${name} refuses a field that it does not know`, async () => {
      await assertRejects(callUnchecked(subject.api, name, { ...good, colour: "red" }), {
        code: "unknown_parameter",
        message: "Unknown parameter: 'colour'.",
        param: "colour",
        wireCode: "unknown_parameter",
      });
    });

    for (const field of Object.keys(REQUIRED[name] ?? {})) {
      it(`${name} refuses to be called without ${field}`, async () => {
        await assertRejects(callUnchecked(subject.api, name, { ...good, [field]: undefined }), {
          code: "missing_required_parameter",
          message: `Missing required parameter: '${field}'.`,
          param: field,
          wireCode: "missing_required_parameter",
        });
      });
    }

    for (const request of { ...malformed, ...malformedVectorStores }[name] ?? []) {
      it(`${name} refuses ${JSON.stringify(request.fields)}`, async () => {
        const expected = expectedError(request);
        await assertRejects(callUnchecked(subject.api, name, { ...good, ...request.fields }), {
          ...expected,
          param: request.param,
          wireCode: expected.code,
        });
      });
    }

    it(`${name} is given up before it begins when its signal says so`, async () => {
      const error = await errorOf(callUnchecked(subject.api, name, good, { signal: AbortSignal.abort() }));
      assert.equal(error.code, "call_aborted");
    });
  }

  it("refuses a key that could change an object's prototype", async () => {
    const metadata: unknown = JSON.parse('{"__proto__":"x"}');
    await assertRejects(callUnchecked(subject.api, "createThread", { metadata }), {
      code: "invalid_json",
      message: "The body is not valid JSON: a key such as __proto__ is not allowed.",
      wireCode: "invalid_json",
    });
  });

  it("takes parameters nested as deep as may be, and none deeper", async () => {
    const { id } = Object(await callUnchecked(subject.api, "createAssistant", nested(MAX_DEPTH)));
    const { tools } = await subject.api.getAssistant({ assistant_id: id });
    assert.deepEqual({ model: "m", tools }, nested(MAX_DEPTH));
    await assertRejects(callUnchecked(subject.api, "createAssistant", nested(MAX_DEPTH + 1)), {
      code: "invalid_json",
      message: "The body is not valid JSON: it is nested more than 100 levels deep.",
      wireCode: "invalid_json",
    });
  });

  it("refuses parameters with more values than may be", async () => {
    const metadata = Array.from({ length: MAX_VALUES }, () => 0);
    await assertRejects(callUnchecked(subject.api, "createThread", { metadata }), {
      code: "invalid_json",
      message: "The body is not valid JSON: it holds more than 50000 values.",
      wireCode: "invalid_json",
    });
  });

  it("refuses parameters that cannot be written as JSON", async () => {
    const metadata: Record<string, unknown> = {};
    metadata["self"] = metadata;
    const { code } = await errorOf(callUnchecked(subject.api, "createThread", { metadata }));
    assert.equal(code, "invalid_json");
  });

  for (const [number, reason] of [
    [Number.NaN, "NaN is no number."],
    [Number.POSITIVE_INFINITY, "A number is too large."],
    [Number.NEGATIVE_INFINITY, "A number is too large."],
  ] as const) {
    it(`refuses ${number}, for which JSON would say null`, async () => {
      const parameters = { type: "object", maximum: number };
      for (const fields of [
        { temperature: number },
        { tools: [{ type: "function", function: { name: "f", parameters } }] },
      ]) {
        await assertRejects(callUnchecked(subject.api, "createAssistant", { model: "m", ...fields }), {
          code: "invalid_json",
          message: `The body is not valid JSON: ${reason}`,
          wireCode: "invalid_json",
        });
      }
    });

    it(`refuses ${number} for a limit`, async () => {
      const { status } = await errorOf(callUnchecked(subject.api, "listAssistants", { limit: number }));
      assert.equal(status, 400);
    });
  }

  it("leaves out a field that is undefined", async () => {
    const fields = { model: "m", name: undefined, tools: undefined, metadata: { a: "b" } };
    const created = await callUnchecked(subject.api, "createAssistant", fields);
    const { name, tools, metadata } = Object(created);
    assert.deepEqual({ name, tools, metadata }, { name: null, tools: [], metadata: { a: "b" } });
  });

  it("does not see what becomes of its parameters after the call", async () => {
    const metadata: Record<string, string> = { a: "1" };
    const call = subject.api.createThread({ metadata });
    metadata["a"] = "2";
    const { id } = await call;
    const thread = await subject.api.getThread({ thread_id: id });
    assert.deepEqual(thread.metadata, { a: "1" });
  });
}
