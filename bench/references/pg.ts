import { Pool } from 'pg'
import type { Door } from './functions.ts'

/** The function through node-postgres, as its guide calls one. */
export function callByPg(databaseUrl: string, max: number): Door {
  const pool = new Pool({ connectionString: databaseUrl, max })
  const call: Door['call'] = async (name, args) => {
    const names = Object.keys(args).map((arg, index) => `${arg} => $${index + 1}`)
    const { rows } = await pool.query(
      `select public.${name}(${names.join(', ')}) as result`,
      Object.values(args),
    )
    return rows[0].result
  }
  return { call, close: () => pool.end() }
}
