import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The Chromium of this machine. Rejects with how to get one where there is none. */
export async function launchChromium(): Promise<Browser> {
  assert.ok(
    existsSync(executablePath),
    `There is no Chromium at ${executablePath}. Install one (Debian: apt-get install chromium) or name its file in CHROMIUM_PATH.`,
  );
  return chromium.launch({ executablePath, args });
}
