/** One suite for every implementation of the API. */
import { judge } from "../conformance/judge.ts";
import { assistantsSuite } from "./assistants.ts";
import { busyThreadsSuite } from "./busy-threads.ts";
import { cancelSuite } from "./cancel.ts";
import { changesDuringRunsSuite } from "./changes-during-runs.ts";
import { createThreadAndRunSuite } from "./create-thread-and-run.ts";
import { fieldLimitsSuite } from "./field-limits.ts";
import { fileBatchesSuite } from "./file-batches.ts";
import { fileSearchSuite } from "./file-search.ts";
import { filesSuite } from "./files.ts";
import { idsSuite } from "./ids.ts";
import { implementations } from "./implementations.ts";
import { faultlessSuite, judgementSuite } from "./judgement.ts";
import { malformedRequestsSuite } from "./malformed-requests.ts";
import { messageImagesSuite } from "./message-images.ts";
import { messagesSuite } from "./messages.ts";
import { modelsSuite } from "./models.ts";
import { ownToolsSuite } from "./own-tools.ts";
import { pagingSuite } from "./paging.ts";
import { refusedCallsSuite } from "./refused-calls.ts";
import { runEndsSuite } from "./run-ends.ts";
import { runSettingsSuite } from "./run-settings.ts";
import { runStepsSuite } from "./run-steps.ts";
import { runsSuite } from "./runs.ts";
import { streamReadersSuite } from "./stream-readers.ts";
import { streamsSuite } from "./streams.ts";
import { Subject } from "./subject.ts";
import { threadsSuite } from "./threads.ts";
import { toolOutputErrorsSuite } from "./tool-output-errors.ts";
import { toolOutputsSuite } from "./tool-outputs.ts";
import { toolResourcesSuite } from "./tool-resources.ts";
import { uploadsSuite } from "./uploads.ts";
import { vectorStoreDocumentsSuite } from "./vector-store-documents.ts";
import { vectorStoreFilesSuite } from "./vector-store-files.ts";
import { vectorStoreSearchSuite } from "./vector-store-search.ts";
import { vectorStoresSuite } from "./vector-stores.ts";

const suites = {
  assistants: assistantsSuite,
  threads: threadsSuite,
  messages: messagesSuite,
  "images of files": messageImagesSuite,
  runs: runsSuite,
  "run settings": runSettingsSuite,
  createThreadAndRun: createThreadAndRunSuite,
  "busy threads": busyThreadsSuite,
  "tool outputs": toolOutputsSuite,
  "tool outputs that do not fit": toolOutputErrorsSuite,
  "refused calls": refusedCallsSuite,
  "the model's own tools": ownToolsSuite,
  "tool resources": toolResourcesSuite,
  cancel: cancelSuite,
  "changes while a run is active": changesDuringRunsSuite,
  "other ends of a run": runEndsSuite,
  "run steps": runStepsSuite,
  streams: streamsSuite,
  "readers of streams": streamReadersSuite,
  models: modelsSuite,
  files: filesSuite,
  "uploads in parts": uploadsSuite,
  "vector stores": vectorStoresSuite,
  "files of vector stores": vectorStoreFilesSuite,
  "file batches": fileBatchesSuite,
  "vector store search": vectorStoreSearchSuite,
  "documents in vector stores": vectorStoreDocumentsSuite,
  "file search in a run": fileSearchSuite,
  paging: pagingSuite,
  ids: idsSuite,
  "field limits": fieldLimitsSuite,
  "malformed requests": malformedRequestsSuite,
};

for (const implementation of implementations) {
  describe(`contract: ${implementation.name}`, () => {
    const subject = new Subject(implementation);
    before(() => subject.open());
    after(() => subject.close());
    for (const [name, suite] of Object.entries(suites)) describe(name, () => suite(subject));
    // A suite of its own, because suites run behind the tests that stand beside them.
    describe("the OpenAPI file", () => judge && faultlessSuite(judge));
  });
}

describe("contract: the judge", () => judge && judgementSuite(judge));

// At the very end, where it is seen.
if (judge === null) {
  after(() => console.log("The contract suite was not judged: ASSISTANTS_OPENAPI names no OpenAPI file."));
}
