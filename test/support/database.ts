import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'

/**
 * A database of its own, cloned from the migrated template (or empty), on the suite's real
 * PostgreSQL. Dropped by `drop`.
 */
export async function cloneDatabase(
  template: 'template_orgline' | 'template0' = 'template_orgline',
) {
  const name = `test_${randomBytes(6).toString('hex')}`
  await admin(`create database ${name} template ${template}`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return { name, url: url.href, drop: () => admin(`drop database if exists ${name} with (force)`) }
}

/** Runs SQL as superuser: for looking at rows, and for arranging what only time would bring. */
export async function sql<Row extends object = Record<string, unknown>>(
  databaseUrl: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

/** A cloned database that goes with the test. */
export async function databaseForTest(template?: 'template_orgline' | 'template0') {
  const database = await cloneDatabase(template)
  onTestFinished(database.drop)
  return database
}

async function admin(text: string): Promise<void> {
  await sql(inject('postgresUrl'), text)
}
