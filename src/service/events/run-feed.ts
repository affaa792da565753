/** Who follows which run, and telling them: what was committed, and what the model says between two commits. */
import { type ContractError, contractError } from "../../contract/errors.ts";
import type { StreamEvent } from "../../contract/events.ts";
import type { Run, RunStatus } from "../../contract/objects.ts";
import type { Include } from "../../contract/requests.ts";
import { withContents } from "../runs/step-contents.ts";
import { TERMINAL_STATUSES } from "../runs/transitions.ts";
import type { Change } from "../store/store.ts";
import type { EventReader } from "./event-reader.ts";
import { eventsOfChanges } from "./events-of-changes.ts";
import { textDelta } from "./waiting-events.ts";

/** The states in which nothing more happens to a run by itself: its stream ends. */
const RESTING: readonly RunStatus[] = [...TERMINAL_STATUSES, "requires_action"];

interface Following {
  readonly reader: EventReader;
  /** Whether it is told the texts that searches have found. */
  readonly contents: boolean;
  readonly run: Pick<Run, "id" | "thread_id">;
}

export class RunFeed {
  readonly #following = new Map<string, Set<Following>>();
  #closed: ContractError | null = null;

  /**
   * Tells the reader of everything that happens to the run from now on, until it rests or the reader goes
   * away.
   * @param run one that is about to be made, or to get its tool outputs
   * @param include what its steps are to hold beside what they always do
   */
  follow({ id, thread_id }: Pick<Run, "id" | "thread_id">, reader: EventReader, include: Include = []): void {
    if (this.#closed) reader.end(this.#closed);
    // It may also have gone away before its run could begin.
    if (reader.ended) return;
    const following: Following = { reader, contents: include.length > 0, run: { id, thread_id } };
    const together = this.#following.get(id) ?? new Set();
    this.#following.set(id, together.add(following));
    reader.onEnd = () => {
      together.delete(following);
      if (together.size === 0) this.#following.delete(id);
    };
  }

  /** Tells of a unit of work. It is durable by now. */
  publish(changes: readonly Change[]): void {
    if (this.#following.size === 0) return;
    this.#tell(changes, false);
    if ([...this.#following.values()].some((together) => [...together].some(({ contents }) => contents))) {
      this.#tell(changes.map(withFoundTexts), true);
    }
    for (const change of changes) {
      if (!("delete" in change) || change.delete !== "thread") continue;
      this.#endWhere(
        ({ run }) => run.thread_id === change.id,
        ({ run }) => contractError("run_not_found", { id: run.id }),
      );
    }
  }

  /** Tells of a piece of the text of a message that is in progress. */
  say(runId: string, messageId: string, text: string): void {
    const together = this.#following.get(runId);
    if (!together) return;
    const event: StreamEvent = { event: "thread.message.delta", data: textDelta(messageId, text) };
    for (const { reader } of together) reader.push(event);
  }

  /** Ends every stream, and each that is begun after that, with the error. The runs go on at the next start. */
  close(error: ContractError): void {
    this.#closed = error;
    this.#endWhere(
      () => true,
      () => error,
    );
  }

  #tell(changes: readonly Change[], contents: boolean): void {
    for (const [runId, events] of eventsOfChanges(changes)) {
      for (const following of this.#following.get(runId) ?? []) {
        if (following.contents === contents) tell(following.reader, events);
      }
    }
  }

  #endWhere(which: (following: Following) => boolean, error: (following: Following) => ContractError): void {
    const all = [...this.#following.values()].flatMap((together) => [...together]);
    for (const following of all.filter(which)) following.reader.end(error(following));
  }
}

/** A step that is written holds what its searches have found, where it is one. */
function withFoundTexts(change: Change): Change {
  if ("insert" in change && change.insert === "run_step") return { ...change, object: withContents(change) };
  if ("replace" in change && change.replace === "run_step")
    return { ...change, object: withContents(change) };
  return change;
}

function tell(reader: EventReader, events: readonly StreamEvent[]): void {
  for (const event of events) {
    reader.push(event);
    if (event.data.object === "thread.run" && RESTING.includes(event.data.status)) reader.end();
  }
}
