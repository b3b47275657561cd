import { Pool } from 'pg'
import type { Call } from './functions.ts'

/** The function through node-postgres, as its guide calls one. */
export function callByPg(databaseUrl: string, max: number): Call {
  const pool = new Pool({ connectionString: databaseUrl, max })
  return async (name, args) => {
    const names = Object.keys(args).map((arg, index) => `${arg} => $${index + 1}`)
    const { rows } = await pool.query(
      `select public.${name}(${names.join(', ')}) as result`,
      Object.values(args),
    )
    return rows[0].result
  }
}
