import { randomUUID } from 'node:crypto'
import type { Organization } from '../../src/organizations/organization.ts'

/** An organization as the database shows it: with a live number and a done order, but for `parts`. */
export function organizationWith(parts: {
  phone?: Partial<NonNullable<Organization['phone']>> | undefined
  order?: Partial<NonNullable<Organization['order']>> | undefined
}): Organization {
  return {
    id: randomUUID(),
    name: 'Premium Auto Sales',
    slug: 'premium-auto-sales',
    email: 'owner@example.com',
    status: 'active',
    settings: {},
    default_phone_number_id: null,
    default_phone_number: null,
    created_at: '2026-01-31T10:00:00Z',
    updated_at: '2026-01-31T10:00:00Z',
    phone: parts.phone
      ? {
          phone_number: '+16045552000',
          status: 'assigned',
          verified: true,
          trouble: null,
          area_code: '604',
          requested_area_code: null,
          cause: 'signup',
          ...parts.phone,
        }
      : null,
    order: parts.order
      ? {
          id: randomUUID(),
          step: 'done',
          status: 'done',
          area_code: '604',
          last_error: null,
          late: false,
          at_purchase_limit: false,
          ...parts.order,
        }
      : null,
  }
}
