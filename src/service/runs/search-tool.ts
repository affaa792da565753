/** The search of files as a model sees it: a function that it calls, and results with marks to cite them by. Pure. */
import type {
  Annotation,
  FileSearchOptions,
  FileSearchStepCall,
  FunctionDefinition,
  Run,
  SearchResult,
} from "../../contract/objects.ts";
import { estimateTokens } from "../../models/tokens.ts";
import type { SearchNote, SearchSource } from "../store/kinds.ts";

/** What the original service takes for most models. */
const DEFAULT_RESULTS = 20;

/** Tokens of all results of one search, and the share of the model's context window that they may take. */
const MAX_TOKENS = 16_000;
const WINDOW_SHARE = 0.25;

/** Searches of one run; a model that makes more goes in circles. */
export const MAX_SEARCHES = 50;

/** Queries of one call. */
const MAX_QUERIES = 8;

/** What a search has found, as the step shows it, as the model reads it, and what may be cited from now on. */
export interface SearchOutcome {
  call: FileSearchStepCall["file_search"];
  /** The texts of the results, in their order. */
  contents: string[];
  sources: SearchSource[];
}

/** How the run wants its files searched; null where it does not. */
export function searchOptions(run: Run): FileSearchOptions | null {
  const tool = run.tools.find(({ type }) => type === "file_search");
  return tool?.type === "file_search" ? (tool.file_search ?? {}) : null;
}

/** The search's name for the model of this run: a function of the run may have the first. */
export function searchName(run: Run): string {
  const taken = run.tools.flatMap((tool) => (tool.type === "function" ? [tool.function.name] : []));
  return ["file_search", "search_files"].find((name) => !taken.includes(name)) ?? "search_in_files";
}

export function searchFunction(run: Run): FunctionDefinition {
  return {
    name: searchName(run),
    description:
      "Searches the text of the files that were given for this conversation. Give short queries with the words " +
      "that the answer would hold, in the language of the files. Each result has a mark; put the mark, unchanged, " +
      "behind every statement that you take from the result.",
    parameters: {
      type: "object",
      properties: { queries: { type: "array", items: { type: "string" } } },
      required: ["queries"],
    },
  };
}

/** What a call asks for; whatever text it holds, where it is not in the shape that was described. */
export function queriesOf(written: string): string[] {
  let given: unknown = written;
  try {
    given = JSON.parse(written);
  } catch {
    // It is text, then.
  }
  return textsIn(given).slice(0, MAX_QUERIES);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((part) =>
    typeof part === "string" ? textsIn(part) : textsOfList(part),
  );
}

const textsOfList = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((part) => typeof part === "string").flatMap(textsIn) : [];

export const resultLimit = (options: FileSearchOptions) => options.max_num_results ?? DEFAULT_RESULTS;

/**
 * @param number how many searches the run has made before
 * @param contextWindow tokens that the model takes; null where nobody knows
 */
export function searchOutcome(
  found: readonly SearchResult[],
  options: FileSearchOptions,
  number: number,
  contextWindow: number | null,
): SearchOutcome {
  const most = Math.min(MAX_TOKENS, contextWindow === null ? MAX_TOKENS : contextWindow * WINDOW_SHARE);
  let tokens = 0;
  const results = found.filter(({ content }, index) => {
    tokens += content.reduce((sum, { text }) => sum + estimateTokens(text), 0);
    return index === 0 || tokens <= most;
  });
  const { ranker = "auto", score_threshold = 0 } = options.ranking_options ?? {};
  return {
    call: {
      ranking_options: { ranker, score_threshold },
      results: results.map(({ file_id, filename, score }) => ({ file_id, file_name: filename, score })),
    },
    contents: results.map(({ content }) => content.map(({ text }) => text).join("\n")),
    sources: results.map(({ file_id, filename }, index) => ({
      mark: markOf(number, index, filename),
      file_id,
    })),
  };
}

/** A mark as the original service writes it: which search, which of its results, of which file. */
const markOf = (search: number, result: number, name: string) =>
  `【${search}:${result}†${name.replace(/[【】†\n]/g, "_").slice(0, 80)}】`;

/** What the model reads of a search. */
export function searchOutput({ contents, marks }: SearchNote): string {
  const results = contents.map((text, index) => ({ text, mark: marks[index] ?? "" }));
  return JSON.stringify(
    results.length > 0 ? { results } : { results, note: "Nothing was found in the files." },
  );
}

/** The places of a text that name one of the sources. */
export function citationsIn(text: string, sources: readonly SearchSource[]): Annotation[] {
  const files = new Map(sources.map(({ mark, file_id }) => [mark, file_id]));
  return [...text.matchAll(/【[^【】]*】/g)].flatMap(({ 0: mark, index }) => {
    const file_id = files.get(mark);
    if (file_id === undefined) return [];
    const place = { start_index: index, end_index: index + mark.length };
    return [{ type: "file_citation" as const, text: mark, file_citation: { file_id }, ...place }];
  });
}
