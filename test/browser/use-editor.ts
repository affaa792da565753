import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { bootNodeRed, type RunningNodeRed } from "./boot-node-red.ts";
import { EditorPage } from "./editor-page.ts";
import { launchChromium } from "./launch-chromium.ts";

/** An editor for the tests of this suite, empty before each of them. Asked for within a test or its `beforeEach`. */
export function useEditor(): () => EditorPage {
  let nodeRed: RunningNodeRed | undefined;
  let browser: Browser | undefined;
  let editor: EditorPage | undefined;

  const opened = () => {
    assert.ok(editor, "the editor is open");
    return editor;
  };

  before(async () => {
    nodeRed = await bootNodeRed();
    browser = await launchChromium();
  });

  beforeEach(async () => {
    assert.ok(browser && nodeRed);
    // Loading the editor takes seconds, so its page is used again as long as it is as good as new.
    editor ??= await EditorPage.open(browser, nodeRed.url);
    editor.errors.length = 0;
    await editor.clear();
  });

  afterEach(async function () {
    if (!editor) return;
    const { page, errors } = editor;
    if (this.currentTest?.state !== "passed" || (await editor.hasOpenForm())) {
      editor = undefined;
      await page.close();
    }
    assert.deepEqual(errors, []);
  });

  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
  });

  return opened;
}
