import { z } from 'zod'

/** A moment as the database writes it into JSON, with its offset (RFC 3339); the API shows it so. */
export const Timestamp = z.string().meta({ format: 'date-time' })
