import type { ClientConfig } from 'pg'

/**
 * How node-postgres is to connect to DATABASE_URL. What it takes `sslmode=require`, `prefer` and
 * `verify-ca` for changes with its next release, from a verified connection to one that is not;
 * here they stay verified. Only `uselibpqcompat=true` asks for libpq's own meaning.
 * Source: pg-connection-string, README, "TCP Connections".
 */
export function connectionTo(url: string): ClientConfig {
  const asked = url.replace(/([?&]sslmode=)(?:require|prefer|verify-ca)(?=&|$)/g, '$1verify-full')
  return { connectionString: /[?&]uselibpqcompat=true(&|$)/.test(url) ? url : asked }
}
