import { chooseAccount } from './account.ts'
import { acquireServer } from './acquire-server.ts'
import { prepareBinaries } from './binaries.ts'
import { prepareCluster } from './cluster.ts'
import { placeData } from './placement.ts'
import { findPostmaster } from './postmaster.ts'
import { stopServer } from './server.ts'

/** A running PostgreSQL that belongs to this process until it is stopped. */
export interface EmbeddedPostgres {
  port: number
  /** Where the data really are: the folder asked for, or its stand-in in the temporary folder. */
  folder: string
  /** A connection string for the superuser `postgres`; the database need not exist yet. */
  url(database: string): string
  /** Stops the server, whoever is connected; the data stay. May be called more than once. */
  stop(): Promise<void>
}

/** Roughly what an ordinary cluster has; each costs a little memory. */
const DEFAULT_MAX_CONNECTIONS = 100

/**
 * Starts a PostgreSQL of our own on a free loopback port, with its data below `folder` (made if
 * missing). A server that outlived a killed owner is taken over. `durable: false` trades safety in a
 * power cut for speed. `say` gets a line about whatever is out of the ordinary. As root the server
 * runs as another user, who may need the data to be in the temporary folder (see `folder` of the
 * result). Throws an error that says what to do, e.g. when another living process uses `folder`.
 */
export async function startEmbeddedPostgres(options: {
  folder: string
  durable: boolean
  maxConnections?: number
  say?: (line: string) => void
}): Promise<EmbeddedPostgres> {
  const { folder, durable, maxConnections = DEFAULT_MAX_CONNECTIONS, say = () => {} } = options
  const account = await chooseAccount(folder)
  const { initdb, pgCtl } = await prepareBinaries({ account, say })
  const place = await placeData({ folder, account, say })
  const cluster = await prepareCluster({ place, initdb, account, durable, say })
  const server = { cluster, pgCtl, account, durable, maxConnections }
  const { port, session } = await acquireServer(server, say)
  const ours = await findPostmaster(cluster.data)

  const stop = async () => {
    // By now the server may have died and another process have started its own.
    if ((await findPostmaster(cluster.data))?.pid === ours?.pid) await stopServer(server)
    // The claim ends last: given up earlier, a waiting start would take over what we stop.
    await session.close()
  }
  let stopped: Promise<void> | undefined
  return {
    port,
    folder: place,
    url: (database) =>
      `postgres://postgres:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}
