import type { Client } from 'pg'
import type { PlanNode } from './plan-findings.ts'

export interface StatementPlan {
  text: string
  plan: PlanNode
}

/** Makes the connection tell the plans of what runs inside functions, planned for no values in particular. */
export async function reportPlans(client: Client): Promise<void> {
  await client.query(
    `load 'auto_explain';
     set auto_explain.log_min_duration = 0;
     set auto_explain.log_nested_statements = on;
     set auto_explain.log_format = json;
     set plan_cache_mode = force_generic_plan;
     set client_min_messages = log`,
  )
}

/** The plans of the statements inside the functions that `call`, an SQL expression, calls; nothing of it stays. */
export async function plansWithin(client: Client, call: string): Promise<StatementPlan[]> {
  const plans: StatementPlan[] = []
  const asked = `select ${call}`
  const hear = ({ message = '' }: { message?: string | undefined }) => {
    const json = /plan:\n(\{.*\})/s.exec(message)?.[1]
    if (!json) return
    const { 'Query Text': text, Plan: plan } = JSON.parse(json)
    if (text !== asked) plans.push({ text, plan })
  }
  client.on('notice', hear)
  await client.query('begin')
  try {
    await client.query(asked)
  } finally {
    await client.query('rollback')
    client.off('notice', hear)
  }
  return plans
}
