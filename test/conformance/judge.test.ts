/** The judge itself, on a small OpenAPI file of its own. */
import assert from "node:assert/strict";
import type { Contradiction } from "./contradictions.ts";
import { EventFrames } from "./event-frames.ts";
import { Judge } from "./judge.ts";
import { Specification } from "./specification.ts";

const json = (name: string) => ({
  content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
});
const event = (name: string, data: object) => ({
  type: "object",
  properties: { event: { type: "string", enum: [name] }, data },
  required: ["event", "data"],
});

const document = {
  openapi: "3.1.0",
  paths: {
    "/things/{thing_id}": {
      get: {
        operationId: "getThing",
        parameters: [{ in: "query", name: "limit" }],
        responses: { 200: json("Thing") },
      },
      post: {
        operationId: "modifyThing",
        requestBody: json("ModifyThing"),
        responses: { 200: json("Thing") },
      },
    },
    "/things/new": { get: { operationId: "newThing", responses: { 200: json("Thing") } } },
  },
  components: {
    schemas: {
      Thing: {
        type: "object",
        properties: {
          id: { type: "string" },
          created_at: { type: "integer", format: "unixtime" },
          parts: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
          anything: { type: "object", additionalProperties: true },
        },
        required: ["id"],
      },
      ModifyThing: { type: "object", properties: { id: { type: "string" } } },
      ErrorResponse: {
        type: "object",
        properties: { error: { type: "object", properties: { message: { type: "string" } } } },
        required: ["error"],
      },
      ThreadStreamEvent: { oneOf: [event("thing.created", { $ref: "#/components/schemas/Thing" })] },
      RunStreamEvent: { oneOf: [] },
      RunStepStreamEvent: { oneOf: [] },
      MessageStreamEvent: { oneOf: [] },
      ErrorEvent: event("error", { type: "object" }),
      DoneEvent: event("done", { type: "string", enum: ["[DONE]"] }),
    },
  },
};

const nullId: Contradiction = {
  reason: "The id may be null.",
  applies: (_, place) => place.endsWith("/Thing/properties/id"),
  read: (schema) => ({ anyOf: [schema, { type: "null" }] }),
};

const newJudge = (...known: Contradiction[]) => new Judge(new Specification(document), known);

const asked = { method: "GET", path: "/things/1", queryNames: [], request: undefined, status: 200 };

/** What is wrong with an exchange, without the value that it is wrong with. */
function complaint(exchange: Partial<Parameters<Judge["judge"]>[0]>, judge = newJudge()): string | undefined {
  judge.judge({ ...asked, ...exchange });
  const [first, ...more] = judge.takeComplaints();
  assert.deepEqual(more, []);
  return first?.replace(/, in .*/, "");
}

describe("the judge of conformance", () => {
  it("finds nothing in an answer that the file allows", () => {
    const answer = { id: "1", created_at: 1_795_000_000, parts: [{ name: "a" }], anything: { b: 1 } };
    assert.equal(complaint({ answer }), undefined);
  });

  const faults: [string, object, string][] = [
    ["a field too many", { answer: { id: "1", colour: 1 } }, "colour"],
    ["a field too many further down", { answer: { id: "1", parts: [{ size: 1 }] } }, "/parts/0"],
    ["a field that is missing", { answer: {} }, "required property 'id'"],
    ["a field of another type", { answer: { id: 1 } }, "/id must be string"],
    ["milliseconds", { answer: { id: "1", created_at: 1_795_000_000_000 } }, 'match format "unixtime"'],
    ["an error of another shape", { status: 404, answer: { message: "No" } }, "GET /things/1 404"],
    ["a body where there is none", { request: {}, answer: { id: "1" } }, "getThing: it takes no body"],
    ["a query parameter", { queryNames: ["colour"], answer: { id: "1" } }, "no query parameters colour"],
    ["an address that the file does not have", { path: "/other", answer: {} }, "no operation"],
    [
      "an accepted request that the file does not allow",
      { method: "POST", request: { colour: 1 }, answer: { id: "1" } },
      "the request of modifyThing",
    ],
  ];
  for (const [title, exchange, words] of faults) {
    it(`finds ${title}`, () => assert.ok(complaint(exchange)?.includes(words), complaint(exchange)));
  }

  it("does not look into a request that was refused", () => {
    const answer = { error: { message: "No" } };
    assert.equal(complaint({ method: "POST", request: { colour: 1 }, status: 400, answer }), undefined);
  });

  it("takes a word in an address for itself before it takes it for an id", () => {
    assert.equal(newJudge().operation("GET", "/things/new")?.id, "newThing");
    assert.equal(newJudge().operation("GET", "/things/1")?.id, "getThing");
  });

  it("finds an event with other data, and one that the file does not have", () => {
    const judge = newJudge();
    judge.judgeEvent({ event: "thing.created", data: { id: "1" } });
    judge.judgeEvent({ event: "done", data: "[DONE]" });
    assert.deepEqual(judge.takeComplaints(), []);
    judge.judgeEvent({ event: "thing.created", data: {} });
    judge.judgeEvent({ event: "thing.lost", data: {} });
    assert.equal(judge.takeComplaints().length, 2);
  });

  it("reads a contradiction as said, and knows whether anything needed it", () => {
    const judge = newJudge(nullId);
    assert.equal(complaint({ answer: { id: "1" } }, judge), undefined);
    assert.deepEqual(judge.unneeded(), [nullId.reason]);
    assert.equal(complaint({ answer: { id: null } }, judge), undefined);
    assert.deepEqual(judge.unneeded(), []);
  });

  it("tells the same mistake once", () => {
    const judge = newJudge();
    for (const id of [1, 2]) judge.judge({ ...asked, answer: { id } });
    assert.equal(judge.takeComplaints().length, 1);
  });

  it("reads frames however they are cut, and takes what is no event for one that nobody knows", () => {
    const bytes = Buffer.from(
      'event: a\ndata: {"x":"ü"}\n\n: still here\n\ndata: 1\n\nevent: done\ndata: [DONE]\n\n',
    );
    const frames = new EventFrames();
    const read = Array.from(bytes, (byte) => frames.take(Uint8Array.of(byte))).flat();
    assert.deepEqual(read, [
      { event: "a", data: { x: "ü" } },
      { event: "a frame that is no event", data: "data: 1" },
      { event: "done", data: "[DONE]" },
    ]);
  });
});
