/** What is wrong with what the service shows, by what it has acknowledged. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { Message, Run, RunStep } from "../../src/contract/objects.ts";
import { isEnded, type Known, type KnownRun, type Ledger } from "./ledger.ts";
import type { Snapshot, ThreadShown } from "./snapshot.ts";

/** All complaints; none where everything is as it must be. No run may be under way. */
export function complaintsAbout(snapshot: Snapshot, ledger: Ledger): string[] {
  const shown = [...snapshot.threads.values()].filter((thread) => thread !== null);
  const assistants = new Map(snapshot.assistants.map((assistant) => [assistant.id, assistant]));
  const files = new Map(snapshot.files.map((one) => [one.file.id, one]));
  const threads = new Map(shown.map(({ thread }) => [thread.id, thread]));
  const messages = new Map(
    shown.flatMap((thread) => thread.messages).map((message) => [message.id, message]),
  );
  const runs = new Map(shown.flatMap((thread) => thread.runs).map((one) => [one.run.id, one]));
  return [
    ...snapshot.complaints,
    ...[...ledger.assistants].flatMap(([id, known]) => aboutObject(id, known, assistants.get(id))),
    ...[...ledger.files].flatMap(([id, known]) => aboutObject(id, known, files.get(id))),
    ...[...ledger.threads].flatMap(([id, known]) => aboutObject(id, known, threads.get(id))),
    ...[...ledger.messages].flatMap(([id, known]) => {
      const kept = known.versions.some(({ thread_id }) => threads.has(thread_id));
      return aboutObject(id, kept ? known : { ...known, deleted: "yes" }, messages.get(id));
    }),
    ...[...ledger.runs.values()].flatMap((known) => {
      const { id, thread_id } = known.run;
      const run = runs.get(id);
      if (run) return aboutKnownRun(known, run.run, run.steps);
      return threads.has(thread_id) ? [`${id} was acknowledged, and is not there.`] : [];
    }),
    ...shown.flatMap(aboutThread),
    ...aboutTags(snapshot, ledger),
  ];
}

function aboutObject<T>(id: string, { versions, deleted }: Known<T>, found: T | undefined): string[] {
  if (found === undefined) return deleted === "no" ? [`${id} was acknowledged, and is not there.`] : [];
  if (deleted === "yes") return [`${id} was deleted, and is there.`];
  if (versions.length === 0 || versions.some((version) => isDeepStrictEqual(version, found))) return [];
  return [
    `${id} is ${JSON.stringify(found)}, not ${versions.map((one) => JSON.stringify(one)).join(" or ")}.`,
  ];
}

function aboutKnownRun(
  { metadata, cancelled, ended, outputs }: KnownRun,
  run: Run,
  steps: RunStep[],
): string[] {
  const complaints: string[] = [];
  if (cancelled && run.status !== "cancelled")
    complaints.push(`${run.id} was cancelled, and is ${run.status}.`);
  complaints.push(...aboutObject(`The metadata of ${run.id}`, metadata, run.metadata));
  if (ended && !isDeepStrictEqual({ ...ended, metadata: run.metadata }, run))
    complaints.push(`${run.id} has changed after its end.`);
  const calls = steps.flatMap(callsOf);
  for (const [call, output] of outputs) {
    const taken = calls.filter(({ id }) => id === call);
    if (taken.length !== 1 || taken[0]?.function.output !== output) {
      complaints.push(
        `The output of ${call} in ${run.id} was taken, and stands there ${taken.length} times.`,
      );
    }
  }
  return complaints;
}

function aboutThread({ thread, messages, runs }: ThreadShown): string[] {
  const ids = [...messages, ...runs.map(({ run }) => run), ...runs.flatMap(({ steps }) => steps)].map(
    ({ id }) => id,
  );
  const calls = runs.flatMap(({ steps }) => steps.flatMap(callsOf)).map(({ id }) => id);
  return [
    ...twice([...ids, ...calls]).map((id) => `${id} stands twice in ${thread.id}.`),
    ...runs.flatMap(({ run, steps }) =>
      aboutRun(
        run,
        steps,
        messages.filter(({ run_id }) => run_id === run.id),
      ),
    ),
  ];
}

/** A run that a kill has cut off too often says so; no other failure is to be expected here. */
const TOO_OFTEN = /^The service stopped \d+ times while the model was answering\.$/;

function aboutRun(run: Run, steps: RunStep[], messages: Message[]): string[] {
  const complaints: string[] = [];
  if (!isEnded(run)) complaints.push(`${run.id} is stuck: ${run.status}.`);
  if (!["completed", "cancelled"].includes(run.status) && !TOO_OFTEN.test(run.last_error?.message ?? "")) {
    complaints.push(`${run.id} is ${run.status}: ${JSON.stringify(run.last_error)}.`);
  }
  const open = [...steps, ...messages].filter(({ status }) => status === "in_progress");
  complaints.push(...open.map(({ id }) => `${id} is in progress, though ${run.id} has ended.`));
  const written = steps.flatMap(({ status, step_details: details }) =>
    details.type === "message_creation" && status !== "failed" ? [details.message_creation.message_id] : [],
  );
  const there = messages.map(({ id }) => id);
  if (run.status !== "failed" && !isDeepStrictEqual(written, there)) {
    complaints.push(`The steps of ${run.id} wrote ${written.join()}, and its messages are ${there.join()}.`);
  }
  if (run.status === "completed") complaints.push(...aboutAnswer(run, steps, messages));
  return complaints;
}

/** The rehearsal model says one thing at the end, and quotes in it what each function returned. */
function aboutAnswer(run: Run, steps: RunStep[], messages: Message[]): string[] {
  const text = JSON.stringify(messages.map(({ content }) => content));
  const quoted = steps
    .flatMap(callsOf)
    .filter((call) => text.split(String(call.function.output)).length !== 2);
  return [
    ...(messages.length === 1 ? [] : [`${run.id} has answered ${messages.length} times.`]),
    ...quoted.map(({ id }) => `The answer of ${run.id} does not quote the output of ${id} once.`),
  ];
}

/** No object stands twice, none that was refused does, and no message that came with another object lacks. */
function aboutTags({ assistants, files, threads }: Snapshot, { promised, refused }: Ledger): string[] {
  const shown = [...threads.values()].filter((thread) => thread !== null);
  const made = [
    ...assistants,
    ...shown.flatMap(({ thread, messages, runs }) => [thread, ...messages, ...runs.map(({ run }) => run)]),
  ];
  const named = files.map(({ file }) => file.filename);
  const tags = [...made.flatMap(({ metadata }) => metadata?.["tag"] ?? []), ...named];
  const missing = shown.flatMap(({ thread, messages }) => {
    const there = messages.map(({ metadata }) => metadata?.["tag"]);
    const wanted = [...promised].filter(([, threadId]) => threadId === thread.id).map(([tag]) => tag);
    return wanted.filter((tag) => !there.includes(tag));
  });
  return [
    ...twice(tags).map((tag) => `What was asked for as ${tag} stands there twice.`),
    ...tags.filter((tag) => refused.has(tag)).map((tag) => `What was refused as ${tag} stands there.`),
    ...missing.map((tag) => `The message ${tag} was acknowledged, and is not there.`),
  ];
}

const callsOf = ({ step_details: details }: RunStep) =>
  details.type === "tool_calls" ? details.tool_calls.filter((call) => call.type === "function") : [];

const twice = (items: string[]) => [...new Set(items.filter((item, index) => items.indexOf(item) !== index))];
