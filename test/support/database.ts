import { randomBytes } from 'node:crypto'
import { Pool } from 'pg'
import { inject, onTestFinished, type TestContext } from 'vitest'
import { createDatabase } from '../../src/database/db.ts'

/**
 * A database of its own, cloned from the migrated template (or empty), on the suite's real
 * PostgreSQL. Dropped by `drop`.
 */
export async function cloneDatabase(
  template: 'template_orgline' | 'template0' = 'template_orgline',
) {
  const name = `test_${randomBytes(6).toString('hex')}`
  await admin(`create database ${name} template ${template} strategy file_copy`)
  // Tests look at rows by the tables' names alone; what the product runs itself names the schema.
  if (template === 'template_orgline') {
    await admin(`alter database ${name} set search_path = orgline, public`)
  }
  const url = databaseUrl(name)
  const drop = async () => {
    await pools.get(url)?.end()
    pools.delete(url)
    await admin(`drop database if exists ${name} with (force)`)
  }
  return { name, url, drop }
}

/** The same, with the product's own way into it; `drop` closes that first. */
export async function cloneWithDoor(options: { timeoutMs: number; poolSize: number }) {
  const clone = await cloneDatabase()
  const db = createDatabase({ kind: 'postgres', url: clone.url, ...options, onError: () => {} })
  const drop = async () => {
    await db.close()
    await clone.drop()
  }
  return { url: clone.url, db, drop }
}

/** Of the superuser, on the suite's PostgreSQL. */
export function databaseUrl(name: string): string {
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.href
}

const pools = new Map<string, Pool>()

/** Runs SQL as superuser: for looking at rows, and for arranging what only time would bring. */
export async function sql<Row extends object = Record<string, unknown>>(
  databaseUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  let pool = pools.get(databaseUrl)
  if (!pool) {
    // A login costs more than most questions.
    pool = new Pool({ connectionString: databaseUrl, max: 20, idleTimeoutMillis: 1_000 })
    // The database was dropped, or crashed on purpose.
    pool.on('error', () => {})
    pools.set(databaseUrl, pool)
  }
  return (await pool.query<Row>(text, values)).rows
}

/** A cloned database that goes with the test; `atEnd`: of a test that runs beside others, its own. */
export async function databaseForTest(
  template?: 'template_orgline' | 'template0',
  atEnd: TestContext['onTestFinished'] = onTestFinished,
) {
  const database = await cloneDatabase(template)
  atEnd(database.drop)
  return database
}

async function admin(text: string): Promise<void> {
  await sql(inject('postgresUrl'), text)
}
