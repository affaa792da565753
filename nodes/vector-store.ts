import type { Node, NodeAPI, NodeDef, NodeMessage, NodeMessageInFlow } from "node-red";
import type { AssistantsApi, Parameters } from "../src/contract/api.ts";
import type { FileStatus, StoreExpiry, VectorStore } from "../src/contract/objects.ts";
import { requireNode } from "../src/runtime-version.ts";
import { untilIndexed } from "./files/searchable.ts";
import { createApiNode, onEachMessage, type Work } from "./shared/api-node.ts";
import { readAttributes } from "./shared/attributes-field.ts";
import { Ensured } from "./shared/ensured.ts";
import { requireId } from "./shared/fields.ts";
import { isBlankJson } from "./shared/json-field.ts";
import { newestOf } from "./shared/listed.ts";
import { readMetadata } from "./shared/metadata-field.ts";
import { renderTemplate } from "./shared/template.ts";
import { text } from "./shared/texts.ts";
import { addFiles, type FilesToAdd, lookAgain, requireAllSearchable } from "./vector-stores/add-files.ts";
import { ensuredStores, type StoreDefinition } from "./vector-stores/ensured-store.ts";
import { IndexingProgress } from "./vector-stores/indexing-progress.ts";
import { readFiles } from "./vector-stores/named-files.ts";
import { readSearch } from "./vector-stores/search-request.ts";

type OperationName =
  | "ensure"
  | "create"
  | "retrieve"
  | "modify"
  | "list"
  | "delete"
  | "addFiles"
  | "listFiles"
  | "removeFiles"
  | "search";

interface VectorStoreDefinition extends NodeDef {
  config: string;
  operation: OperationName;
  vectorStore: string;
  vectorStoreType: string;
  storeName: string;
  /** Days without use; empty: never, or as it is. 0: never. */
  expiryDays: number | string;
  metadata: string;
  metadataType: string;
  files: string;
  filesType: string;
  attributes: string;
  attributesType: string;
  chunking: "auto" | "static";
  chunkSize: number | string;
  chunkOverlap: number | string;
  /** Whether the message waits until its files can be searched, and how many seconds. */
  wait: boolean;
  waitSeconds: number | string;
  query: string;
  queryType: string;
  maxResults: number | string;
  /** Empty: none. */
  minScore: number | string;
  filter: string;
  filterType: string;
  rewriteQuery: boolean;
  /** Empty: files of every status. */
  fileStatus: FileStatus | "";
  /** How many a list has at most. */
  limit: number | string;
}

/** Keeps files so that they can be searched: makes and changes vector stores, fills them and asks them. */
export default function register(RED: NodeAPI): void {
  requireNode();
  RED.nodes.registerType("assistants-vector-store", function (this: Node, definition: VectorStoreDefinition) {
    RED.nodes.createNode(this, definition);
    const apiNode = createApiNode(RED, this, definition.config);
    const { status, closed } = apiNode;
    const options = { signal: closed };
    const limit = Number(definition.limit);
    const field = (name: "vectorStore" | "metadata" | "files" | "attributes" | "query" | "filter") => ({
      value: definition[name],
      type: definition[`${name}Type`],
    });
    const storeOf = (msg: NodeMessageInFlow) =>
      requireId(RED, this, field("vectorStore"), msg, "vector_store_missing");
    const filesOf = (msg: NodeMessageInFlow) => readFiles(RED, this, field("files"), msg);
    let ensured: Ensured<StoreDefinition, VectorStore> | null = null;
    const progress = new IndexingProgress((files) =>
      status.progress(text(RED, "status.indexingCount", { ...files })),
    );

    /** What the form says of a vector store; what it leaves empty is left out. */
    const describe = async (msg: NodeMessage) => {
      const name = await renderTemplate(RED, this, definition.storeName, msg);
      const described: Pick<Parameters<"updateVectorStore">, "name" | "expires_after" | "metadata"> = {};
      if (name !== "") described.name = name;
      if (definition.expiryDays !== "") described.expires_after = expiryOf(Number(definition.expiryDays));
      return described;
    };

    const metadataOf = async (msg: NodeMessage) =>
      isBlankJson(field("metadata"))
        ? {}
        : { metadata: await readMetadata(RED, this, field("metadata"), msg) };

    const toAdd = async (msg: NodeMessageInFlow): Promise<FilesToAdd> => {
      const vector_store_id = await storeOf(msg);
      const attributes = await readAttributes(RED, this, field("attributes"), msg);
      const files = (await filesOf(msg)).map((file) =>
        attributes ? { ...file, attributes: { ...attributes, ...file.attributes } } : file,
      );
      if (definition.chunking !== "static") return { vector_store_id, files };
      const size = {
        max_chunk_size_tokens: Number(definition.chunkSize),
        chunk_overlap_tokens: Number(definition.chunkOverlap),
      };
      return { vector_store_id, files, chunking_strategy: { type: "static", static: size } };
    };

    const untilSearchable = async (api: AssistantsApi, files: FilesToAdd): Promise<void> => {
      const added = await addFiles(api, files, options);
      if (!definition.wait) return;
      const indexed = await progress.during(files.files.length, (tell) =>
        untilIndexed(RED, (call) => lookAgain(api, added, call), {
          signal: closed,
          seconds: Number(definition.waitSeconds),
          tell: ({ done }) => tell(done),
        }),
      );
      await requireAllSearchable(RED, api, indexed, options);
    };

    const operations: Record<OperationName, Work> = {
      ensure: async (api, msg) => {
        const { environment } = apiNode.connection;
        ensured ??= new Ensured(ensuredStores, { nodeId: this.id, environment });
        // Its texts know no message: the vector store is every message's.
        const { name, expires_after } = await describe({});
        const defined = { name: name ?? "", expires_after: expires_after ?? null };
        msg["vectorStore"] = await ensured.ensure(api, defined, options);
      },
      create: async (api, msg) => {
        const { expires_after, name } = await describe(msg);
        const described: Parameters<"createVectorStore"> = await metadataOf(msg);
        if (name) described.name = name;
        if (expires_after) described.expires_after = expires_after;
        msg["vectorStore"] = await api.createVectorStore(described, options);
      },
      retrieve: async (api, msg) => {
        msg["vectorStore"] = await api.getVectorStore({ vector_store_id: await storeOf(msg) }, options);
      },
      modify: async (api, msg) => {
        const vector_store_id = await storeOf(msg);
        const changed = { ...(await describe(msg)), ...(await metadataOf(msg)), vector_store_id };
        msg["vectorStore"] = await api.updateVectorStore(changed, options);
      },
      list: async (api, msg) => {
        msg.payload = await newestOf((query) => api.listVectorStores(query, options), limit);
      },
      delete: async (api, msg) => {
        msg["vectorStore"] = await api.deleteVectorStore({ vector_store_id: await storeOf(msg) }, options);
      },
      addFiles: async (api, msg) => {
        const files = await toAdd(msg);
        await untilSearchable(api, files);
        msg["vectorStore"] = await api.getVectorStore({ vector_store_id: files.vector_store_id }, options);
      },
      listFiles: async (api, msg) => {
        const store = { vector_store_id: await storeOf(msg) };
        const { fileStatus } = definition;
        const wanted = fileStatus === "" ? store : { ...store, filter: fileStatus };
        const list = (query: object) => api.listVectorStoreFiles({ ...wanted, ...query }, options);
        msg.payload = await newestOf(list, limit);
      },
      removeFiles: async (api, msg) => {
        const vector_store_id = await storeOf(msg);
        for (const { file_id } of await filesOf(msg)) {
          await api.deleteVectorStoreFile({ vector_store_id, file_id }, options);
        }
        msg["vectorStore"] = await api.getVectorStore({ vector_store_id }, options);
      },
      search: async (api, msg) => {
        const vector_store_id = await storeOf(msg);
        const { maxResults, minScore, rewriteQuery } = definition;
        const request = await readSearch(
          RED,
          this,
          {
            query: field("query"),
            filter: field("filter"),
            maxResults: Number(maxResults),
            minScore: minScore === "" ? null : Number(minScore),
            rewriteQuery,
          },
          msg,
        );
        msg.payload = (await api.searchVectorStore({ ...request, vector_store_id }, options)).data;
      },
    };
    onEachMessage(apiNode, operations[definition.operation]);
  });
}

const expiryOf = (days: number): StoreExpiry | null =>
  days === 0 ? null : { anchor: "last_active_at", days };
