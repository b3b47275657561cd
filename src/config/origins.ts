import type { z } from 'zod'

/** `https://a.example,http://localhost:5173` → the origins, each as browsers send it. */
export function parseOrigins(value: string, context: z.RefinementCtx): string[] {
  const origins = value.split(',').map((part) => part.trim())
  const wrong = origins.filter(
    (origin) =>
      !/^https?:/.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin,
  )
  if (wrong.length > 0) {
    context.addIssue({
      code: 'custom',
      message: `must be origins as browsers send them, such as https://app.example.com, without a path; "${wrong.join(',')}" is none`,
    })
  }
  return origins
}
