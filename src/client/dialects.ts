/** How one kind of server wants to be addressed. A new kind is a new row. */
export interface Dialect {
  /** What the path of the base URL ends in; added where the user left it out. */
  readonly pathEnd: string;
  /** The query parameter that names the API's version, and the version asked for by default. */
  readonly version: { readonly parameter: string; readonly fallback: string } | null;
  readonly keyHeader: { readonly name: string; readonly prefix: string };
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
}

export const dialects = {
  /** OpenAI and what is compatible with it; the base URL is whole, such as https://api.openai.com/v1. */
  openai: {
    pathEnd: "",
    version: null,
    keyHeader: { name: "authorization", prefix: "Bearer " },
    headers: { "openai-beta": "assistants=v2" },
  },
  /** Azure OpenAI; the base URL is the resource's endpoint, such as https://name.openai.azure.com. */
  azure: {
    pathEnd: "/openai",
    version: { parameter: "api-version", fallback: "2024-05-01-preview" },
    keyHeader: { name: "api-key", prefix: "" },
    headers: {},
  },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof dialects;
