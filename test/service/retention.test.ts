/** Old threads and runs go where that was asked for, and the room they took goes back to the disk. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { keepFor, type RetentionSettings } from "../../src/service/retention.ts";
import { DATABASE_FILE, openSqliteStore } from "../../src/service/store/sqlite-store.ts";
import type { Change } from "../../src/service/store/store.ts";
import {
  insertMessage,
  insertRun,
  insertStep,
  insertThread,
  MADE_AT,
  sampleMessage,
  sampleMessageStep,
  sampleRun,
  sampleThread,
} from "./sample-objects.ts";
import { type OpenStore, openStore } from "./store/open-store.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const DAY = 86_400;

/** A sweep on the day that many days after everything was made. */
async function sweepOn(
  day: number,
  { upkeep: store }: Pick<OpenStore, "upkeep">,
  settings: RetentionSettings,
) {
  const now = () => MADE_AT + day * DAY + 1;
  const onError = (error: unknown) => assert.fail(String(error));
  const retention = keepFor({ store, settings, now, onError });
  await retention.sweep();
  await retention.close();
}

/** Of a run, and when it ended where the contract has no time for that. */
type RunFields = Parameters<typeof sampleRun>[0] & { ended_at?: number };

/** A thread with a message and a run of it, which has the fields, and a step. */
function conversation(fields: RunFields = {}, messageAt = MADE_AT) {
  const thread = sampleThread();
  const { ended_at, ...shown } = fields;
  const run = sampleRun({ thread_id: thread.id, status: "completed", completed_at: MADE_AT, ...shown });
  const message = sampleMessage(thread.id, { created_at: messageAt, run_id: run.id });
  const step = sampleMessageStep(run, message);
  const changes: Change[] = [
    insertThread(thread),
    insertMessage(message),
    insertRun(run, ended_at === undefined ? {} : { ended_at }),
    insertStep(step),
  ];
  return { thread, run, message, step, changes };
}

/** Which of the conversation's objects are there. */
async function left({ store }: OpenStore, { thread, run, message, step }: ReturnType<typeof conversation>) {
  const found = {
    thread: await store.get("thread", thread.id),
    message: await store.get("message", message.id),
    run: await store.get("run", run.id),
    step: await store.get("run_step", step.id),
  };
  return Object.entries(found).flatMap(([name, object]) => (object ? [name] : []));
}

const ALL = ["thread", "message", "run", "step"];

describe("retention", () => {
  for (const [title, settings, day, fields, messageAt, expected] of [
    ["a thread that nobody used goes with all it holds", { threadDays: 3 }, 3, {}, MADE_AT, []],
    ["a thread stays until its time has come", { threadDays: 3 }, 2, {}, MADE_AT, ALL],
    ["a thread with a new message stays", { threadDays: 3 }, 4, {}, MADE_AT + 2 * DAY, ALL],
    [
      "a thread whose run ended lately stays",
      { threadDays: 3 },
      4,
      { completed_at: MADE_AT + 2 * DAY },
      MADE_AT,
      ALL,
    ],
    [
      "a thread with an active run stays, and so does the run",
      { threadDays: 3, runDays: 3 },
      30,
      { status: "requires_action", completed_at: null },
      MADE_AT,
      ALL,
    ],
    [
      "a finished run goes with its steps, and its messages stay",
      { runDays: 3 },
      3,
      {},
      MADE_AT,
      ["thread", "message"],
    ],
    [
      "a run that expired lately stays, and so does its thread",
      { threadDays: 3, runDays: 3 },
      4,
      { status: "expired", completed_at: null, ended_at: MADE_AT + 2 * DAY },
      MADE_AT,
      ALL,
    ],
    ["a finished run stays until its time has come", { runDays: 3 }, 2, {}, MADE_AT, ALL],
    ["nothing goes unless it was asked for", {}, 3000, {}, MADE_AT, ALL],
  ] as const) {
    it(title, async () => {
      await using open = await openStore();
      const kept = conversation(fields, messageAt);
      await open.store.commit(kept.changes);
      await sweepOn(day, open, settings);
      assert.deepEqual(await left(open, kept), expected);
    });
  }

  it("looks at every thread, however many there are", async () => {
    await using open = await openStore();
    const threads = Array.from({ length: 250 }, sampleThread);
    await open.store.commit(threads.map(insertThread));
    await sweepOn(2, open, { threadDays: 1 });
    assert.deepEqual(await open.store.list("thread", { limit: 1, order: "asc" }), []);
  });

  /** Some megabytes in a thread. */
  async function fill(open: Pick<OpenStore, "store">): Promise<number> {
    const thread = sampleThread();
    const content = [{ type: "text" as const, text: { value: "x".repeat(200_000), annotations: [] } }];
    const messages = Array.from({ length: 30 }, () => sampleMessage(thread.id, { content }));
    await open.store.commit([insertThread(thread), ...messages.map(insertMessage)]);
    return 30 * 200_000;
  }

  it("gives the room back to the disk", async () => {
    await using open = await openStore();
    const filled = await fill(open);
    assert.ok((await open.upkeep.size()) > filled);
    await sweepOn(2, open, { threadDays: 1 });
    assert.ok((await open.upkeep.size()) < 500_000, `${await open.upkeep.size()} bytes`);
  });

  it("gives it back from a database of an earlier version", async () => {
    await using directory = await temporaryDirectory();
    const first = await openSqliteStore(directory.path);
    await fill({ store: first });
    await first.close();
    const database = new DatabaseSync(join(directory.path, DATABASE_FILE));
    database.exec("PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM;");
    database.close();
    const store = await openSqliteStore(
      directory.path,
      () => {},
      (error) => assert.fail(error),
    );
    await sweepOn(2, { upkeep: store }, { threadDays: 1 });
    assert.ok((await store.size()) < 500_000, `${await store.size()} bytes`);
    await store.close();
  });
});
