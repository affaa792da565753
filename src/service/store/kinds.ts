import type {
  Assistant,
  File,
  Message,
  Run,
  RunStep,
  Thread,
  Upload,
  UploadPart,
  Usage,
  VectorStore,
  VectorStoreFile,
  VectorStoreFileBatch,
} from "../../contract/objects.ts";

/** What the service keeps about a run beside what the contract shows. */
export interface RunInternal {
  /** How often a crash has cut off the model call that is due. */
  interruptions: number;
  /** Consecutive rounds in which the model called nothing that it may call. */
  refusedRounds: number;
  /** Tokens so far; the run shows them when it has ended. */
  usage: Usage;
  /** Rounds in which the model wrote arguments that are no JSON; left out where there was none. */
  brokenRounds?: number;
  /** When it ended, in Unix seconds, however it did; left out until then. */
  ended_at?: number;
  /** The vector stores that the run searches beside its thread's; left out where there are none. */
  stores?: string[];
  /** What the run has searched for so far; left out where it has not. */
  search?: { calls: number; sources: SearchSource[] };
  /** What the model wants back in the next round; left out where it wants nothing. */
  kept?: KeptItem[];
}

/** A mark that the model may cite, and the file that it stands for. */
export interface SearchSource {
  mark: string;
  file_id: string;
}

/** What is kept of a search that a step shows. */
export interface SearchNote {
  call_id: string;
  name: string;
  /** As the model wrote them. */
  arguments: string;
  contents: string[];
  marks: string[];
}

/** What the service keeps about a step in which files were searched. */
export interface StepInternal {
  searches: SearchNote[];
}

/** Something that a model keeps between the rounds of a run, and only it understands. */
export interface KeptItem {
  /** The step of the calls that were made in the same answer. */
  step_id: string;
  /** How much stood before it in that answer: its text counts as one, each of its calls as one. */
  position: number;
  data: string;
}

/** What the service keeps about a file beside what the contract shows. */
export interface FileInternal {
  /** The media type that came with its bytes. */
  type: string;
}

/** What the service keeps about an upload beside what the contract shows. */
export interface UploadInternal {
  /** The media type that its file will have, and how long the file is kept; left out where that is for ever. */
  type: string;
  expires_after?: { anchor: "created_at"; seconds: number };
  /** What its parts hold so far, and how many there are. */
  bytes: number;
  parts: number;
}

/** A vector store without what is counted when it is shown. */
export type KeptVectorStore = Omit<VectorStore, "file_counts" | "usage_bytes" | "status">;

/** What the service keeps about a vector store beside what the contract shows. */
export interface VectorStoreInternal {
  /** When the index is to forget it, in Unix seconds; null where that is never, or done. */
  forget_at: number | null;
}

/** A batch without what is counted when it is shown. */
export type KeptBatch = Omit<VectorStoreFileBatch, "file_counts" | "status">;

/** A file in a vector store. It may stand in many, so its `id` here is that of both together. */
export interface KeptStoreFile extends VectorStoreFile {
  file_id: string;
  /** The batch that it came with last. */
  batch_id: string | null;
}

export interface StoreFileInternal {
  /** Its name in the index; another one each time that it is added. */
  entry: string;
}

export interface BatchInternal {
  cancelled: boolean;
}

/** What is stored under each kind: the wire's own object, and what the service keeps for itself. */
export interface Kinds {
  assistant: { object: Assistant; internal: null };
  thread: { object: Thread; internal: null };
  message: { object: Message; internal: null };
  run: { object: Run; internal: RunInternal };
  run_step: { object: RunStep; internal: StepInternal | null };
  file: { object: File; internal: FileInternal };
  upload: { object: Upload; internal: UploadInternal };
  upload_part: { object: UploadPart; internal: { bytes: number } };
  vector_store: { object: KeptVectorStore; internal: VectorStoreInternal };
  vector_store_file: { object: KeptStoreFile; internal: StoreFileInternal };
  vector_store_file_batch: { object: KeptBatch; internal: BatchInternal };
}

export type Kind = keyof Kinds;

interface Owned {
  readonly kind: Kind;
  readonly column: string;
  /** Whether they stand in lists of others too, which go on behind them. */
  readonly listedElsewhere?: true;
}

export interface KindRow {
  /** The fields of the object that have a column of their own, so that lists can be filtered by them. */
  readonly columns: readonly string[];
  /** The fields with a time, of the object or of what is kept beside it, that have a column of their own, so that what is due can be found. */
  readonly times: readonly string[];
  /** Whether no list of the contract shows them: where one stood that is gone is not remembered. */
  readonly unlisted?: true;
  /** The kinds that go when an object of this kind goes, by the column that names it. */
  readonly owns: readonly Owned[];
}

/** Every kind of object, and what the database must know about it. */
export const kinds: Readonly<Record<Kind, KindRow>> = {
  assistant: { columns: [], times: [], owns: [] },
  thread: {
    columns: [],
    times: [],
    owns: [
      { kind: "message", column: "thread_id" },
      { kind: "run", column: "thread_id" },
      { kind: "run_step", column: "thread_id" },
    ],
  },
  message: { columns: ["thread_id", "run_id"], times: [], owns: [] },
  run: { columns: ["thread_id", "status"], times: [], owns: [{ kind: "run_step", column: "run_id" }] },
  run_step: { columns: ["thread_id", "run_id"], times: [], owns: [] },
  file: {
    columns: ["purpose"],
    times: ["expires_at"],
    owns: [{ kind: "vector_store_file", column: "file_id", listedElsewhere: true }],
  },
  upload: {
    columns: ["status"],
    times: ["expires_at"],
    unlisted: true,
    owns: [{ kind: "upload_part", column: "upload_id" }],
  },
  upload_part: { columns: ["upload_id"], times: [], unlisted: true, owns: [] },
  vector_store: {
    columns: [],
    times: ["forget_at"],
    owns: [
      { kind: "vector_store_file", column: "vector_store_id" },
      { kind: "vector_store_file_batch", column: "vector_store_id" },
    ],
  },
  vector_store_file: {
    columns: ["vector_store_id", "file_id", "batch_id", "status"],
    times: [],
    owns: [],
  },
  vector_store_file_batch: { columns: ["vector_store_id"], times: [], owns: [] },
};

/** The states of a run that hold its thread. */
export const ACTIVE_STATUSES = ["queued", "in_progress", "requires_action", "cancelling"] as const;
