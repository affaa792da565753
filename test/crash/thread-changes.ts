/** Changes of what stands in a thread: asked for by who made both, so that no other change comes between. */
import type { AssistantsApi } from "../../src/contract/api.ts";
import type { Choices } from "./choices.ts";
import { change, remove } from "./doubtful-changes.ts";
import type { Ledger } from "./ledger.ts";

type Parts = [api: AssistantsApi, ledger: Ledger, choices: Choices, own: Set<string>];

const newMark = (choices: Choices) => ({ changed: String(choices.below(1e6)) });

export async function changeMessage(...[api, ledger, choices, own]: Parts): Promise<void> {
  const known = pickMessage(ledger, choices, own);
  const shown = known?.versions[0];
  if (!shown) return;
  const { id: message_id, thread_id } = shown;
  const metadata = { ...shown.metadata, ...newMark(choices) };
  const update = () => api.updateMessage({ thread_id, message_id, metadata });
  await change(known, (now) => ({ ...now, metadata }), update);
}

export async function deleteMessage(...[api, ledger, choices, own]: Parts): Promise<void> {
  const shown = pickMessage(ledger, choices, own)?.versions[0];
  if (!shown) return;
  const { id: message_id, thread_id } = shown;
  await remove(ledger.messages, message_id, () => api.deleteMessage({ thread_id, message_id }));
}

export async function changeRun(...[api, ledger, choices, own]: Parts): Promise<void> {
  const open = [...ledger.runs.values()].filter(({ run }) => isOwn(ledger, own, run));
  const known = choices.pick(open);
  if (!known) return;
  const { id: run_id, thread_id } = known.run;
  const metadata = { ...known.run.metadata, ...newMark(choices) };
  const update = async () => (await api.updateRun({ thread_id, run_id, metadata })).metadata;
  await change(known.metadata, () => metadata, update);
}

function pickMessage(ledger: Ledger, choices: Choices, own: Set<string>) {
  const known = ledger.livingMessages().flatMap((id) => ledger.messages.get(id) ?? []);
  return choices.pick(known.filter(({ versions: [shown] }) => shown && isOwn(ledger, own, shown)));
}

const isOwn = (ledger: Ledger, own: Set<string>, { id, thread_id }: { id: string; thread_id: string }) =>
  own.has(id) && own.has(thread_id) && ledger.mustBeThere(thread_id);
