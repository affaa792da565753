/** The search of files as a tool of a run: how it is wanted, what a step shows of it, and how a message cites it. */

export interface FileSearchOptions {
  /** Between 1 and 50. */
  max_num_results?: number;
  ranking_options?: FileSearchRanking;
}

export interface FileSearchRanking {
  ranker?: "auto" | "default_2024_08_21";
  /** Between 0 and 1: what answers less well is left out. */
  score_threshold: number;
}

/** What was found; its text stands here only where it was asked for with `include`. */
export interface FileSearchResult {
  file_id: string;
  file_name: string;
  score: number;
  content?: { type: "text"; text: string }[];
}

/** A search as a run step shows it. */
export interface FileSearchStepCall {
  id: string;
  type: "file_search";
  file_search: {
    ranking_options?: FileSearchRanking & { ranker: string };
    results?: FileSearchResult[];
  };
}

/** A place in a message's text that names its source; counted as JavaScript counts. */
export interface FileCitation {
  type: "file_citation";
  text: string;
  file_citation: { file_id: string };
  start_index: number;
  end_index: number;
}

/** A place in a message's text that names a file which code has made. */
export interface FilePath {
  type: "file_path";
  text: string;
  file_path: { file_id: string };
  start_index: number;
  end_index: number;
}

export type Annotation = FileCitation | FilePath;

/** A file that comes with a message, and the tools that may use it. */
export interface Attachment {
  file_id?: string;
  tools?: { type: "code_interpreter" | "file_search" }[];
}
