import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
} from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";

/** The JavaScript half of the engine's package, which needs its other half handed over. */
type Glue = { SchemaEngine: typeof SchemaEngine; __wbg_set_wasm(exports: WebAssembly.Exports): void };

let loaded: Promise<Glue> | null = null;

/** The engine and what ends its sessions with the database, which it does not do itself. */
export type OpenEngine = { engine: SchemaEngine; close(): Promise<void> };

/**
 * Prisma's schema engine, the WebAssembly edition from npm: the native one is a download that many machines cannot
 * make. It speaks to the database at `url`. Comparing migrations with a schema also needs `shadow`, the address of an
 * empty database to replay them in.
 */
export async function schemaEngine(url: string, shadow = url): Promise<OpenEngine> {
  loaded ??= load();
  const { SchemaEngine } = await loaded;
  const opened: SqlDriverAdapter[] = [];
  const connect = async (address: string) => {
    const adapter = readingChar(await new PrismaPg({ connectionString: address }).connect());
    opened.push(adapter);
    return adapter;
  };
  const factory = new PrismaPg({ connectionString: url });
  factory.connect = () => connect(url);
  // The adapter's own way drops the shadow database while it is still connected to it, which PostgreSQL refuses.
  factory.connectToShadowDb = () => connect(shadow);
  const bound = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => {}, bound);
  const close = async () => {
    engine.free();
    // The engine disposes of some by itself, and a pool that is ended twice throws.
    for (const adapter of opened) await adapter.dispose().catch(() => {});
  };
  return { engine, close };
}

/** The adapter knows no columns of type "char"; the engine asks for three, in its queries for constraints. */
function readingChar<Adapter extends SqlDriverAdapter>(adapter: Adapter): Adapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const sql = query.sql
      .replace("constr.contype AS", "constr.contype::text AS")
      .replace(/\bcon\.(confdeltype|confupdtype),/g, "con.$1::text AS $1,");
    const rows = await queryRaw({ ...query, sql });
    const isChar = (name: string | undefined) => /^(constraint_type|confdeltype|confupdtype)$/.test(name ?? "");
    const columnTypes = rows.columnTypes.map((type, i) =>
      isChar(rows.columnNames[i]) ? ColumnTypeEnum.Character : type,
    );
    return { ...rows, columnTypes };
  };
  return adapter;
}

async function load(): Promise<Glue> {
  // The engine calls this on a panic; without it the panic's own message is lost.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(text) } });
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const binary = join(
    dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm")),
    "schema_engine_bg.wasm",
  );
  // What schema_engine.js does with an ESM import of the .wasm file, which Node still calls experimental.
  const { instance } = await WebAssembly.instantiate(readFileSync(binary), { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return glue as unknown as Glue;
}
