/** Everything that the service shows of what the ledger knows, read when no run is under way. */
import { isDeepStrictEqual } from "node:util";
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { Assistant, Message, Page, Run, RunStep, Thread } from "../../src/contract/objects.ts";
import { readText } from "./file-client.ts";
import type { FileShown, Ledger } from "./ledger.ts";

export interface ThreadShown {
  thread: Thread;
  /** Oldest first, here and below. */
  messages: Message[];
  runs: { run: Run; steps: RunStep[] }[];
}

export interface Snapshot {
  assistants: Assistant[];
  files: FileShown[];
  /** Null for a thread that is not there. */
  threads: Map<string, ThreadShown | null>;
  /** Where lists and gets do not agree. */
  complaints: string[];
}

interface PageQuery {
  limit: number;
  order: "asc" | "desc";
  after?: string;
}

export async function readSnapshot(api: AssistantsApi, ledger: Ledger): Promise<Snapshot> {
  const complaints: string[] = [];

  /** A list in small pages from its one end and in large ones from the other, and each object by itself. */
  async function readList<T extends { id: string }>(
    list: (query: PageQuery) => Promise<Page<T>>,
    get: (id: string) => Promise<T>,
  ): Promise<T[]> {
    const [found, backwards] = await Promise.all([
      allPages(list, { limit: 100, order: "asc" }),
      allPages(list, { limit: 7, order: "desc" }),
    ]);
    if (!isDeepStrictEqual(found, backwards.reverse())) complaints.push("The orders of a list do not agree.");
    for (const listed of found) {
      const got = await get(listed.id);
      if (!isDeepStrictEqual(got, listed)) complaints.push(`${listed.id} is listed and got differently.`);
    }
    return found;
  }

  async function readThread(thread_id: string): Promise<ThreadShown | null> {
    const thread = await ifThere(api.getThread({ thread_id }));
    if (!thread) {
      const messages = await ifThere(api.listMessages({ thread_id }));
      const runs = await ifThere(api.listRuns({ thread_id }));
      if (messages || runs) complaints.push(`${thread_id} is gone, and has messages or runs.`);
      return null;
    }
    const messages = await readList(
      (query) => api.listMessages({ thread_id, ...query }),
      (message_id) => api.getMessage({ thread_id, message_id }),
    );
    const listed = await readList(
      (query) => api.listRuns({ thread_id, ...query }),
      (run_id) => api.getRun({ thread_id, run_id }),
    );
    const runs = await Promise.all(
      listed.map(async (run) => {
        const run_id = run.id;
        const steps = await readList(
          (query) => api.listRunSteps({ thread_id, run_id, ...query }),
          (step_id) => api.getRunStep({ thread_id, run_id, step_id }),
        );
        return { run, steps };
      }),
    );
    return { thread, messages, runs };
  }

  const assistants = await readList(
    (query) => api.listAssistants(query),
    (assistant_id) => api.getAssistant({ assistant_id }),
  );
  const files = await readList(
    (query) => api.listFiles(query),
    (file_id) => api.getFile({ file_id }),
  );
  const read = files.map(async (file) => ({ file, text: await readText(api, file.id) }));
  const threads = await Promise.all(
    [...ledger.threads.keys()].map(async (id) => [id, await readThread(id)] as const),
  );
  return { assistants, files: await Promise.all(read), threads: new Map(threads), complaints };
}

async function allPages<T extends { id: string }>(
  list: (query: PageQuery) => Promise<Page<T>>,
  query: PageQuery,
): Promise<T[]> {
  const { data, has_more, last_id } = await list(query);
  return has_more && last_id !== null
    ? [...data, ...(await allPages(list, { ...query, after: last_id }))]
    : data;
}

async function ifThere<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ContractError && error.status === 404) return null;
    throw error;
  }
}
