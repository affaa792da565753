import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { bootNodeRed, type RunningNodeRed } from "./boot-node-red.ts";
import { EditorPage } from "./editor-page.ts";
import { launchChromium } from "./launch-chromium.ts";

const BOOT_LIMIT_MS = 90_000;

// All suites use one Node-RED and one page of its editor: to start the one and load the other takes seconds.
const editor = new EditorPage();
let nodeRed: RunningNodeRed | undefined;
let browser: Browser | undefined;

async function openEditor(): Promise<void> {
  nodeRed ??= await bootNodeRed();
  browser ??= await launchChromium();
  if (!editor.isOpen) await editor.open(browser, nodeRed.url);
}

/** The editor for the tests of this suite, empty before each of them. */
export function useEditor(): EditorPage {
  before(async function () {
    this.timeout(BOOT_LIMIT_MS);
    await openEditor();
  });

  beforeEach(async () => {
    await openEditor();
    editor.errors.length = 0;
    await editor.clear();
  });

  afterEach(async function () {
    const { errors } = editor;
    // What a test has left behind must not be in the way of the next.
    if (this.currentTest?.state !== "passed" || (await editor.hasOpenForm())) await editor.close();
    assert.deepEqual(errors, []);
  });

  return editor;
}

after(async () => {
  await browser?.close();
  await nodeRed?.stop();
});
