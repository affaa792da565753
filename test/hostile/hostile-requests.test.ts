/** Whatever is sent to an operation is good, or refused in the contract's words and not written. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { answerNames, type Operation, operations } from "../../src/contract/operations.ts";
import { requests } from "../../src/contract/requests.ts";
import { bodyBytes, bodyHeaders } from "./bodies.ts";
import type { Sending } from "./exchange.ts";
import { brokenFormTypes, FORM_END, FORM_TYPE, mutatedForm, validForm } from "./forms.ts";
import { goodBodies, isRefusedAlways, withIds } from "./good-requests.ts";
import { headerTwice, hostileHeaders, hostileQuery, hostileSegment } from "./heads.ts";
import { hostileText, mutated } from "./mutations.ts";
import { type Address, requestBytes } from "./request-bytes.ts";
import { fromSchema } from "./schema-arbitrary.ts";
import { startTarget, type TargetService } from "./target-service.ts";

/** How often each property is tried at each operation; more finds more. */
const RUNS = Number(process.env["HOSTILE_RUNS"] ?? 5);
/** Repeats what a failure has printed. */
const SEED = process.env["HOSTILE_SEED"];

describe("hostile requests", function () {
  this.timeout(RUNS * 2000 + 10_000);
  let target: TargetService;

  before(async function () {
    // It reads a file into a vector store, whatever the number of tries.
    this.timeout(60_000);
    target = await startTarget();
  });
  after(() => target[Symbol.asyncDispose]());

  async function holdsEach<T>(
    arbitrary: fc.Arbitrary<T>,
    attack: (value: T) => Promise<void>,
  ): Promise<void> {
    const seed = SEED === undefined ? {} : { seed: Number(SEED) };
    // Before the test's own limit, which would hide what has failed.
    const limit = { interruptAfterTimeLimit: RUNS * 2000, markInterruptAsFailure: true };
    await fc.assert(fc.asyncProperty(arbitrary, attack), { numRuns: RUNS, ...limit, ...seed });
  }

  for (const name of answerNames) {
    describe(`to ${name}`, () => {
      const operation: Operation = operations[name];
      const schema = operation.body === null ? {} : requests[operation.body];
      const good = goodBodies[name] ?? {};
      const valid = operation.body === null ? fc.constant({}) : fromSchema(schema);
      // Outputs are taken once only.
      const valuable = name === "submitToolOutputsToRun" ? valid : fc.oneof(valid, fc.constant(good));
      const wait = (bytes: Buffer): Sending => ({ bytes, ending: "wait" });
      const holds = <T>(arbitrary: fc.Arbitrary<T>, sending: (value: T, address: Address) => Sending) =>
        holdsEach(arbitrary, async (value) => {
          await target.attack(sending(value, await target.addressOf(name)));
        });

      /** That the row is reached at all. */
      async function succeeds(
        parts: (address: Address) => { headers?: string[]; body?: Buffer },
      ): Promise<void> {
        const address = await target.addressOf(name);
        const answers = await target.attack(wait(requestBytes({ ...address, ...parts(address) })));
        assert.deepEqual(
          answers.map(({ status }) => status),
          [200],
        );
      }

      const { form } = operation;
      if (form !== undefined) {
        const whole = validForm(form, schema);

        it("with a valid form", () =>
          holdsEach(whole, (body) => succeeds(() => ({ headers: [FORM_TYPE], body }))));

        it("with one thing wrong in the form", () =>
          holds(mutatedForm(form, schema), (body, address) =>
            wait(requestBytes({ ...address, headers: [FORM_TYPE], body })),
          ));

        it("with a form of a broken boundary", () =>
          holds(fc.tuple(whole, brokenFormTypes), ([body, headers], address) =>
            wait(requestBytes({ ...address, headers, body })),
          ));

        it("with a form whose body ends too early", () =>
          holds(fc.tuple(whole, part), ([body, share], address) => {
            const short = body.subarray(0, Math.floor((body.length - FORM_END) * share));
            return wait(requestBytes({ ...address, headers: [FORM_TYPE], body: short }));
          }));

        it("with a form cut off anywhere", () =>
          holds(fc.tuple(whole, part, ending), ([body, share, how], address) => {
            const bytes = requestBytes({ ...address, headers: [FORM_TYPE], body });
            return { bytes: bytes.subarray(0, Math.floor((bytes.length - FORM_END) * share)), ending: how };
          }));
      }

      if (operation.method === "POST") {
        it("with a valid body", () =>
          holds(valid, (body, address) => {
            return wait(requestBytes({ ...address, body: Buffer.from(JSON.stringify(body)) }));
          }));

        it("with one thing wrong in the body", () =>
          holds(mutated(valuable), (text, address) => {
            return wait(requestBytes({ ...address, body: Buffer.from(withIds(text, address.ids)) }));
          }));
      }

      it("with a body that is no JSON, of any type", () =>
        holds(fc.record({ body: bodyBytes(valid), headers: bodyHeaders }), ({ body, headers }, address) => {
          return wait(requestBytes({ ...address, body, headers }));
        }));

      it("with ids of any characters", () =>
        holds(fc.array(hostileSegment, { minLength: 1, maxLength: 3 }), (segments) => {
          let next = 0;
          const path = operation.path.replace(/\{\w+\}/g, () => segments[next++ % segments.length] ?? "");
          const extra = operation.path.includes("{") ? "" : `/${segments[0]}`;
          return wait(requestBytes({ method: operation.method, target: `/v1${path}${extra}` }));
        }));

      const last = operation.path.split(/(?=\{)/).at(-1) ?? "";
      if (last.startsWith("{"))
        it("with the last id of any characters, below objects that are there", () =>
          holds(hostileSegment, (segment, address) => {
            const above = withIds(operation.path.slice(0, -last.length), address.ids);
            const path = above + last.replace(/\{\w+\}/, () => segment);
            return wait(requestBytes({ method: operation.method, target: `/v1${path}` }));
          }));

      it("with any query", () =>
        holds(hostileQuery, (query, address) => {
          return wait(
            requestBytes({ ...address, target: `${address.target}?${withIds(query, address.ids)}` }),
          );
        }));

      it("with a header twice", () =>
        holds(fc.tuple(headerTwice, valid), ([headers, body], address) => {
          return wait(requestBytes({ ...address, headers, body: Buffer.from(JSON.stringify(body)) }));
        }));

      it("with any headers", () =>
        holds(hostileHeaders, (headers, address) => {
          return wait(requestBytes({ ...address, headers, body: Buffer.from("{}") }));
        }));

      it("cut off anywhere", () =>
        holds(
          fc.record({ body: valid, cut: fc.double({ min: 0, max: 0.999, noNaN: true }), ending }),
          (given, address) => {
            const bytes = requestBytes({ ...address, body: Buffer.from(JSON.stringify(given.body)) });
            return { bytes: bytes.subarray(0, Math.floor(bytes.length * given.cut)), ending: given.ending };
          },
        ));

      it("pipelined behind each other", () =>
        holds(
          fc.array(
            fc.oneof(
              valid.map((body) => JSON.stringify(body)),
              hostileText,
            ),
            pipelined,
          ),
          (texts, address) => {
            const bytes = texts.map((text, index) => {
              const keepAlive = index < texts.length - 1;
              return requestBytes({ ...address, body: Buffer.from(text), keepAlive });
            });
            return wait(Buffer.concat(bytes));
          },
        ));

      if (form === undefined && !isRefusedAlways(name)) {
        it("with nothing wrong", async () => {
          await succeeds(({ method, ids }) =>
            method === "POST" ? { body: Buffer.from(withIds(JSON.stringify(good), ids)) } : {},
          );
        });
      }
    });
  }
});

const pipelined = { minLength: 2, maxLength: 4 };

const part = fc.double({ min: 0, max: 1, noNaN: true });

const ending = fc.constantFrom("end" as const, "reset" as const);
