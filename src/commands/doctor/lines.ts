import { CHECKS, type CheckResult } from '../../server/doctor/check.ts'

const NAME_WIDTH = Math.max(...CHECKS.map((name) => name.length))
const OUTCOME_WIDTH = 'warning'.length

/** A line for each finding, its remedy below it, and the sum. */
export function linesOf(results: CheckResult[]): string[] {
  const count = (outcome: CheckResult['outcome']) =>
    results.filter((each) => each.outcome === outcome).length
  const canFix = results.some(({ fix }) => fix !== null)
  return [
    ...results.flatMap(({ check, outcome, seen, remedy, fix }) => [
      `${outcome.padEnd(OUTCOME_WIDTH)}  ${check.padEnd(NAME_WIDTH)}  ${seen}`,
      ...(remedy === null ? [] : [`${' '.repeat(INDENT)}-> ${remedy}${fix ? ' (--fix)' : ''}`]),
    ]),
    `${count('error')} errors, ${count('warning')} warnings, ${count('ok')} right.${canFix ? ' npm run doctor -- --fix does what ends in (--fix).' : ''}`,
  ]
}

const INDENT = OUTCOME_WIDTH + NAME_WIDTH + 4
