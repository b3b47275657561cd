import pRetry from 'p-retry'

type Query = <Row extends object>(database: string, text: string) => Promise<Row[]>

/**
 * Copies of databases that others are using, as backups are, and their way back. `leave`: ends whatever
 * connections of `query` there still are to a database.
 */
export function timeTravel(query: Query, leave: (database: string) => Promise<void>) {
  const names = async () => {
    const rows = await query<{ datname: string }>('postgres', 'select datname from pg_database')
    return rows.map(({ datname }) => datname)
  }
  /** Nobody gets in from here on. */
  const close = async (database: string) => {
    await query('postgres', `alter database ${database} allow_connections false`)
    await leave(database)
    await query(
      'postgres',
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
    )
  }
  const open = (database: string) =>
    query('postgres', `alter database ${database} allow_connections true`)

  return {
    close: (database: string) => again(() => close(database)),
    open: (database: string) => again(() => open(database)),
    /** Whoever is connected is thrown out for a moment. */
    copyDatabase: (database: string, copy: string) =>
      again(async () => {
        await leave(copy)
        await query('postgres', `drop database if exists ${copy} with (force)`)
        await close(database)
        try {
          await query('postgres', `create database ${copy} template ${database}`)
        } finally {
          await open(database)
        }
      }),
    /** `copy` takes the place of the database, which is called `lost` from then on. */
    replaceDatabase: (database: string, copy: string, lost: string) =>
      again(async () => {
        if (!(await names()).includes(lost)) {
          await close(database)
          await query('postgres', `alter database ${database} rename to ${lost}`)
          await open(lost)
        }
        if ((await names()).includes(copy)) {
          await leave(copy)
          await query('postgres', `alter database ${copy} rename to ${database}`)
        }
        await open(database)
      }),
  }
}

/** The cluster may crash under any step; each can be repeated. */
function again<T>(work: () => Promise<T>): Promise<T> {
  return pRetry(work, { retries: 5, minTimeout: 50 })
}
