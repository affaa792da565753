import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import type { AssistantsApi } from "../src/contract/api.ts";
import type { FileStatus, VectorStore } from "../src/contract/objects.ts";
import { requireNode } from "../src/runtime-version.ts";
import { untilIndexed } from "./files/searchable.ts";
import { createApiNode, onEachMessage, type Work } from "./shared/api-node.ts";
import { Ensured } from "./shared/ensured.ts";
import { requireId } from "./shared/fields.ts";
import { ifThere } from "./shared/if-there.ts";
import { newestOf, type PageQuery } from "./shared/listed.ts";
import { text } from "./shared/texts.ts";
import { addFiles, type FilesToAdd, lookAgain, requireAllSearchable } from "./vector-stores/add-files.ts";
import { describeStore, describeWithMetadata, type StoreForm } from "./vector-stores/described-store.ts";
import { ensuredStores, type StoreDefinition } from "./vector-stores/ensured-store.ts";
import { withNames } from "./vector-stores/file-names.ts";
import { type AddingForm, readFilesToAdd } from "./vector-stores/files-to-add.ts";
import { IndexingProgress } from "./vector-stores/indexing-progress.ts";
import { readFiles } from "./vector-stores/named-files.ts";
import { readSearch, type SearchForm } from "./vector-stores/search-request.ts";

type StoreOperation = "ensure" | "create" | "retrieve" | "modify" | "list" | "delete";
type FileOperation = "addFiles" | "search" | "listFiles" | "removeFiles";
type OperationName = StoreOperation | FileOperation;

interface VectorStoreDefinition extends NodeDef, StoreForm, AddingForm, SearchForm {
  config: string;
  operation: OperationName;
  vectorStore: string;
  vectorStoreType: string;
  /** Whether a message whose files are added goes on only when they can be searched. */
  wait: boolean;
  waitSeconds: number | string;
  /** Empty: files of every status are listed. */
  fileStatus: FileStatus | "";
  /** Whether each file that is listed is given its name; not there in flows that are older than this. */
  fileNames?: boolean;
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
    const vectorStore = { value: definition.vectorStore, type: definition.vectorStoreType };
    const files = { value: definition.files, type: definition.filesType };
    const nameOf = async (msg: NodeMessageInFlow) => ({
      vector_store_id: await requireId(RED, this, vectorStore, msg, "vector_store_missing"),
    });
    const describe = (msg: NodeMessageInFlow) => describeWithMetadata(RED, this, definition, msg);
    let ensured: Ensured<StoreDefinition, VectorStore> | null = null;

    const progress = new IndexingProgress((indexed) =>
      status.progress(text(RED, "status.indexingCount", { ...indexed })),
    );

    const untilSearchable = async (api: AssistantsApi, toAdd: FilesToAdd): Promise<void> => {
      const added = await addFiles(api, toAdd, options);
      if (!definition.wait) return;
      const indexed = await progress.during(toAdd.files.length, (tell) =>
        untilIndexed(RED, (call) => lookAgain(api, added, call), {
          signal: closed,
          seconds: Number(definition.waitSeconds),
          tell: ({ done }) => tell(done),
        }),
      );
      await requireAllSearchable(RED, api, indexed, options);
    };

    const storeOperations: Record<StoreOperation, Work> = {
      ensure: async (api, msg) => {
        const { environment } = apiNode.connection;
        ensured ??= new Ensured(ensuredStores, { nodeId: this.id, environment });
        // Its texts know no message: the vector store is every message's.
        const { name = "", expires_after = null } = await describeStore(RED, this, definition, {});
        msg["vectorStore"] = await ensured.ensure(api, { name, expires_after }, options);
      },
      create: async (api, msg) => {
        const { expires_after, ...described } = await describe(msg);
        const made = { ...described, ...(expires_after && { expires_after }) };
        msg["vectorStore"] = await api.createVectorStore(made, options);
      },
      retrieve: async (api, msg) => {
        msg["vectorStore"] = await api.getVectorStore(await nameOf(msg), options);
      },
      modify: async (api, msg) => {
        const changed = { ...(await nameOf(msg)), ...(await describe(msg)) };
        msg["vectorStore"] = await api.updateVectorStore(changed, options);
      },
      list: async (api, msg) => {
        msg.payload = await newestOf((page) => api.listVectorStores(page, options), limit);
      },
      delete: async (api, msg) => {
        msg["vectorStore"] = await api.deleteVectorStore(await nameOf(msg), options);
      },
    };

    const fileOperations: Record<FileOperation, Work> = {
      addFiles: async (api, msg) => {
        const name = await nameOf(msg);
        await untilSearchable(api, { ...name, ...(await readFilesToAdd(RED, this, definition, msg)) });
        msg["vectorStore"] = await api.getVectorStore(name, options);
      },
      search: async (api, msg) => {
        const request = { ...(await nameOf(msg)), ...(await readSearch(RED, this, definition, msg)) };
        msg.payload = (await api.searchVectorStore(request, options)).data;
      },
      listFiles: async (api, msg) => {
        const { fileStatus: filter } = definition;
        const wanted = { ...(await nameOf(msg)), ...(filter !== "" && { filter }) };
        const list = (page: PageQuery) => api.listVectorStoreFiles({ ...wanted, ...page }, options);
        const listed = await newestOf(list, limit);
        msg.payload = definition.fileNames ? await withNames(api, listed, ({ id }) => id, options) : listed;
      },
      removeFiles: async (api, msg) => {
        const name = await nameOf(msg);
        for (const { file_id } of await readFiles(RED, this, files, msg)) {
          // What is there no more need not be removed; where there is no such vector store the next call says so.
          await ifThere(api.deleteVectorStoreFile({ ...name, file_id }, options));
        }
        msg["vectorStore"] = await api.getVectorStore(name, options);
      },
    };

    /** What the status shows of what was found. */
    const shown = ({ payload }: NodeMessageInFlow) => {
      const { operation } = definition;
      const isList = operation === "list" || operation === "listFiles";
      if (!(isList || operation === "search") || !Array.isArray(payload)) return undefined;
      const isCut = isList && payload.length === limit;
      return text(RED, isCut ? "status.foundAtLeast" : "status.found", { count: payload.length });
    };
    const operations = { ...storeOperations, ...fileOperations };
    onEachMessage(apiNode, operations[definition.operation], { shown });
  });
}
