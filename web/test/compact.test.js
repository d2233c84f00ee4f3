import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compact } from "./compact.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const names = (await readdir(root, { recursive: true })).filter(
  (name) => name.endsWith(".js") && !name.startsWith("node_modules") && !name.startsWith("test"),
);

test("comments that begin a line go, and nothing inside a template does", async () => {
  const read = (/** @type {string} */ name) => readFile(join(root, "test/compact", name), "utf8");
  assert.equal(compact(await read("source.txt")), await read("compact.txt"));
});

test("a compacted script is the same program: TypeScript prints the same for both", async () => {
  const folder = await mkdtemp(join(tmpdir(), "compact-"));
  try {
    for (const name of names) {
      const source = await readFile(join(root, name), "utf8");
      for (const [kind, text] of [["source", source], ["compact", compact(source)]]) {
        await mkdir(dirname(join(folder, kind, name)), { recursive: true });
        await writeFile(join(folder, kind, name), text);
      }
    }
    const printed = Object.fromEntries(await Promise.all(["source", "compact"].map(async (kind) => [kind, await print(join(folder, kind))])));
    assert.ok(names.length > 20);
    for (const name of names) assert.equal(printed.compact.get(name), printed.source.get(name), name);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Each file of a folder as TypeScript writes it from its syntax tree, without comments. @param {string} folder */
async function print(folder) {
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { allowJs: true, noCheck: true, noResolve: true, types: [], removeComments: true, target: "esnext", module: "esnext", moduleDetection: "force", rootDir: ".", outDir: "out" },
      include: ["**/*.js"],
    }),
  );
  const run = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  return new Map(await Promise.all(names.map(async (name) => /** @type {const} */ ([name, await readFile(join(folder, "out", name), "utf8")]))));
}
