/** A service with one object of each kind, and what its database has written, byte by byte. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startHttpServer } from "../../src/service/http/server.ts";
import { DATABASE_FILE } from "../../src/service/store/sqlite-store.ts";
import { calls, ScriptedModel } from "../scripted-model.ts";
import { openRunning, startRun, untilRunIs } from "../service/running-service.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";
import { type Answer, exchange, type Sending } from "./exchange.ts";
import { type Ids, KEY } from "./request-bytes.ts";

export interface TargetService extends AsyncDisposable {
  readonly ids: Ids;
  /**
   * Sends, and asserts of the answers that they are good, or refusals in the contract's words; of the database
   * that it is as before where nothing was good.
   */
  attack(sending: Sending): Promise<Answer[]>;
}

export async function startTarget(): Promise<TargetService> {
  const directory = await temporaryDirectory();
  // The first service makes a run with a step; runs of the second stay queued, so nothing is written by itself.
  const first = await openRunning(directory.path, new ScriptedModel(calls({ name: "get_weather" })));
  const run = await untilRunIs(first.api, await startRun(first.api), "requires_action");
  const { thread_id, id: run_id, assistant_id } = run;
  const steps = await first.api.listRunSteps({ thread_id, run_id });
  const messages = await first.api.listMessages({ thread_id });
  await first.close();
  const model = new ScriptedModel(calls({ name: "get_weather" }));
  const service = await openRunning(directory.path, model, { concurrentRuns: 0 });
  const reported = service.reported;
  const onError = (error: unknown) => reported.push(error);
  const server = await startHttpServer({ api: service.api, apiKey: KEY, port: 0, onError });
  const ids = {
    assistant_id,
    thread_id,
    run_id,
    step_id: steps.data[0]?.id ?? "",
    message_id: messages.data[0]?.id ?? "",
  };
  return {
    ids,
    attack: async (sending) => {
      const before = fingerprint(directory.path);
      const answers = await exchange(server.port, sending);
      for (const answer of answers) assertContractual(answer);
      if (answers.every(({ status }) => status >= 400)) {
        // What was asked of the store before this is done when it is answered.
        await service.api.getThread({ thread_id }).catch(() => null);
        assert.equal(fingerprint(directory.path), before, "a refused request has changed the store");
      }
      assert.deepEqual(reported, []);
      assert.equal(Object.hasOwn(Object.prototype, "polluted"), false, "a prototype was changed");
      return answers;
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await service.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** Of the database's log: no row can change without a change there. */
function fingerprint(directory: string): string {
  return createHash("sha1")
    .update(readFileSync(join(directory, `${DATABASE_FILE}-wal`)))
    .digest("hex");
}

function assertContractual({ status, headers, body }: Answer): void {
  assert.ok(headers.get("x-request-id"), "x-request-id");
  if (status >= 200 && status < 300) return;
  assert.ok(status >= 400 && status < 500, `status ${status}: ${body}`);
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  if (body === "" && headers.get("content-length") !== "0") return;
  const { error, ...rest } = JSON.parse(body);
  assert.deepEqual(rest, {});
  assert.deepEqual(Object.keys(error).sort(), ["code", "message", "param", "type"]);
  assert.equal(error.type, "invalid_request_error");
  assert.ok(typeof error.message === "string" && error.message.length > 0);
  for (const field of [error.param, error.code]) assert.ok(field === null || typeof field === "string");
}
