/**
 * 10,000 files of 2 KB in one vector store: how long until all can be searched, what that does to the event loop and
 * to searches meanwhile, and how long each kind of question takes then. `node bench/vector-store.ts [files] [rounds]`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { AssistantsApi, Parameters } from "../src/contract/api.ts";
import { createRehearsal } from "../src/models/rehearsal/rehearsal.ts";
import { openService } from "../src/service/service.ts";
import { LANGUAGES, ownWord, sampleText } from "./sample-texts.ts";

const FILE_BYTES = 2000;
const UPLOADS_AT_ONCE = 8;
const FILES_A_BATCH = 500;
const MB = 1024 * 1024;

type Question = Omit<Parameters<"searchVectorStore">, "vector_store_id">;

const common = (language: number) =>
  LANGUAGES[language]?.common.slice(0, 4).join(LANGUAGES[language]?.space) ?? "";
const word = (language: number, rank: number) => LANGUAGES[language]?.words[rank] ?? "";
const rare = (language: number, n: number) => word(language, 4000 + n * 7);
const HALF = { type: "lt", key: "number", value: 5000 } as const;
const FEW = { type: "eq", key: "hundred", value: 3 } as const;

/** Kinds of questions; each is asked with other words every time. */
const QUESTIONS: Record<string, (n: number, files: number) => Question> = {
  "a telling word": (n, files) => ({ query: ownWord((n * 37) % files) }),
  "only common words": (n) => ({ query: common(n % LANGUAGES.length) }),
  "several words": (n) => ({
    query: [0, 1, 2, 3].map((step) => word(n % 2, 30 + n * 3 + step * 400)).join(" "),
  }),
  "a sentence": (n) => ({ query: `${common(0)} ${word(0, n + 5)} ${common(0)} ${word(0, n + 900)}` }),
  "two Chinese or Japanese characters": (n) => ({ query: rare(2 + (n % 2), n).slice(0, 2) }),
  "a Korean word": (n) => ({ query: `${rare(4, n)}는` }),
  "four questions at once": (n) => ({ query: [0, 1, 2, 4].map((one) => `${rare(one, n)} ${common(one)}`) }),
  "a filter that half of the files pass": (n) => ({ query: word(0, 20 + n), filters: HALF }),
  "a filter that few files pass, common words": () => ({ query: common(3), filters: FEW }),
  "50 results": (n) => ({ query: `${word(0, n)} ${common(0)}`, max_num_results: 50 }),
};

const sorted = (times: number[]) => [...times].sort((left, right) => left - right);
const share = (times: number[], part: number) =>
  (sorted(times)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0).toFixed(1);
const spread = (times: number[]) =>
  `median ${share(times, 0.5)}, p95 ${share(times, 0.95)}, max ${share(times, 1)} ms`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Tells how far the event loop was held up while the work was done, and how much of the processor's time its thread
 * used between two of its turns at the most: that is what we hold it up ourselves, however busy the machine is.
 */
async function watched<T>(what: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let [used, longest] = [threadMs(), 0];
  const timer = setInterval(() => {
    const now = threadMs();
    longest = Math.max(longest, now - used);
    used = now;
  }, 1);
  delay.enable();
  const begun = performance.now();
  const result = await work();
  delay.disable();
  clearInterval(timer);
  const [p99, max] = [delay.percentile(99), delay.max].map((ns) => (ns / 1e6).toFixed(1));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const memory = Math.round(process.memoryUsage.rss() / MB);
  console.log(
    `${what}: ${seconds} s, event loop p99 ${p99}, max ${max} ms (own work ${longest.toFixed(1)} ms); ${memory} MB`,
  );
  return result;
}

async function upload(api: AssistantsApi, count: number): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const work = async () => {
    for (let number = next++; number < count; number = next++) {
      const content = Buffer.from(sampleText(number, FILE_BYTES));
      const file = { name: `${number}.txt`, content };
      ids[number] = (await api.createFile({ purpose: "assistants", file })).id;
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, work));
  return ids;
}

/** Puts the files into a store and searches it all the while. How long those searches took. */
async function index(api: AssistantsApi, vector_store_id: string, ids: string[]): Promise<number[]> {
  const begun = performance.now();
  for (let from = 0; from < ids.length; from += FILES_A_BATCH) {
    const files = ids.slice(from, from + FILES_A_BATCH).map((file_id, place) => {
      const number = from + place;
      return { file_id, attributes: { number, hundred: number % 100 } };
    });
    await api.createVectorStoreFileBatch({ vector_store_id, files });
  }
  const searches: number[] = [];
  for (let n = 0; ; n += 1) {
    const { file_counts } = await api.getVectorStore({ vector_store_id });
    if (file_counts.in_progress === 0) {
      const rate = Math.round(ids.length / ((performance.now() - begun) / 1000));
      console.log(`${file_counts.completed} files indexed, ${file_counts.failed} failed, ${rate} files/s`);
      return searches;
    }
    const question = { query: `${common(n % 2)} ${word(n % 2, n)}` };
    searches.push(await timed(() => api.searchVectorStore({ vector_store_id, ...question })));
    await pause(200);
  }
}

/** 8 who search, one question after the other, and one who asks for a thread. */
async function together(api: AssistantsApi, vector_store_id: string, questions: Question[]): Promise<void> {
  const { id: thread_id } = await api.createThread({});
  const threads: number[] = [];
  const searches: number[] = [];
  const waiting = [...questions];
  const search = async () => {
    for (let question = waiting.pop(); question; question = waiting.pop()) {
      const asked = question;
      searches.push(await timed(() => api.searchVectorStore({ vector_store_id, ...asked })));
    }
  };
  const searching = Promise.all(Array.from({ length: 8 }, search));
  let done = false;
  searching.finally(() => {
    done = true;
  });
  while (!done) {
    threads.push(await timed(() => api.getThread({ thread_id })));
    await pause(2);
  }
  await searching;
  console.log(`  a search among 8: ${spread(searches)}; a thread meanwhile: ${spread(threads)}`);
}

const files = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 40);
const directory = await mkdtemp(join(tmpdir(), "vector-store-"));
const { api, close } = await openService({ directory, model: createRehearsal({ pace: 0 }) });
await watched("at rest", () => pause(1000));
const ids = await watched(`upload of ${files} files`, () => upload(api, files));
const { id } = await api.createVectorStore({ name: "bench" });
const meanwhile = await watched("indexing", () => index(api, id, ids));
console.log(`  a search meanwhile: ${spread(meanwhile)}`);
for (const [kind, question] of Object.entries(QUESTIONS)) {
  const times: number[] = [];
  let found = 0;
  for (let n = 0; n < rounds; n += 1) {
    const asked = { vector_store_id: id, ...question(n, files) };
    times.push(
      await timed(async () => {
        found += (await api.searchVectorStore(asked)).data.length;
      }),
    );
  }
  console.log(`${kind}: ${spread(times)}; ${(found / rounds).toFixed(1)} results`);
}
const all = Object.values(QUESTIONS).flatMap((question) =>
  Array.from({ length: rounds }, (_, n) => question(n, files)),
);
await watched("8 searches at once", () => together(api, id, all));
await watched("deletion of the store", () => api.deleteVectorStore({ vector_store_id: id }));
await close();
await rm(directory, { recursive: true });
