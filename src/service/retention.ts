/** Deletes what nobody has used for long, a little at a time, where that was asked for. */
import { ContractError } from "../contract/errors.ts";
import { pause } from "./pause.ts";
import { type Cutoffs, type StoreUpkeep, SWEEP_BEGIN, type SweepPlace } from "./store/store.ts";

/** Days; left out, or 0, keeps for ever. */
export interface RetentionSettings {
  /** How long a thread is kept in which nothing is written and no run works. It goes with all it holds. */
  threadDays?: number;
  /** How long a finished run is kept, with its steps. The messages that it wrote stay. */
  runDays?: number;
}

export interface Retention {
  /** Deletes what may go now, and gives its room back to the disk. */
  sweep(): Promise<void>;
  /** Resolves when nothing of it is under way. */
  close(): Promise<void>;
}

const DAY = 86_400;

/** After the start, which has more urgent work. */
const FIRST_SWEEP_MS = 60_000;
const SWEEP_MS = 3_600_000;
/** Between two batches, for the others who wait for the database. */
const REST_MS = 20;

export interface RetentionParts {
  store: StoreUpkeep;
  settings: RetentionSettings;
  /** Unix seconds. */
  now(): number;
  /** Told of what goes wrong; the next sweep tries again. */
  onError(error: unknown): void;
}

/** Whether anything is ever to be deleted. */
export const isLimited = ({ threadDays, runDays }: RetentionSettings) => Boolean(threadDays || runDays);

/** Sweeps now and then until it is closed. No timer of it keeps a process alive. */
export function keepFor({ store, settings, now, onError }: RetentionParts): Retention {
  const closing = new AbortController();
  let sweeping: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function sweepOnce(): Promise<void> {
    const before = (days?: number) => (days ? now() - days * DAY : null);
    const cutoffs: Cutoffs = { threads: before(settings.threadDays), runs: before(settings.runDays) };
    for (let place: SweepPlace | null = SWEEP_BEGIN; place && !closing.signal.aborted; ) {
      place = await store.sweep(cutoffs, place);
      await pause(REST_MS, closing.signal, false);
    }
    while (!closing.signal.aborted && (await store.compact())) await pause(REST_MS, closing.signal, false);
  }

  function sweep(): Promise<void> {
    sweeping ??= sweepOnce().finally(() => {
      sweeping = null;
    });
    return sweeping;
  }

  function schedule(milliseconds: number): void {
    timer = setTimeout(() => {
      sweep()
        .catch((error: unknown) => report(error))
        .finally(() => closing.signal.aborted || schedule(SWEEP_MS));
    }, milliseconds);
    timer.unref();
  }

  function report(error: unknown): void {
    const closed = error instanceof ContractError && error.code === "service_closed";
    if (!closed) onError(error);
  }

  if (isLimited(settings)) schedule(FIRST_SWEEP_MS);
  return {
    sweep,
    close: async () => {
      clearTimeout(timer);
      closing.abort();
      await sweeping?.catch(() => {});
    },
  };
}
