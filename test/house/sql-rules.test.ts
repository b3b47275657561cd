import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../support/migrations.ts'
import type { Finding } from './graph.ts'
import { nullsThatMeanAll } from './sql/null-rules.ts'
import { readSql, readSqlFolder } from './sql/read-sql.ts'
import { dynamicStatements, writesWithoutWhere } from './sql/rules.ts'

const inPlpgsql = (body: string) =>
  `-- A comment, ö.\ncreate table public.t (x integer);\ncreate function public.f() returns setof integer language plpgsql as $$\ndeclare\n  v integer;\nbegin\n${body}\nend\n$$;`

const inSql = (body: string) =>
  `create function public.f() returns void language sql as $$\n${body}\n$$;`

const planted: [where: string, text: string, line: number][] = [
  ['a file', 'select 1;\n\nupdate public.t set x = 1;', 3],
  [
    'a common table expression',
    'with gone as (\n  delete from public.t returning x\n)\nselect 1 from gone',
    2,
  ],
  ['a body in SQL', inSql('select 1;\nupdate public.t set x = 1;'), 3],
  ['a body in PL/pgSQL', inPlpgsql('  update public.t set x = 1;'), 7],
  ['a branch of one', inPlpgsql('  if v > 1 then\n    delete from public.t;\n  end if;'), 8],
  [
    'a loop over what is written',
    inPlpgsql('  for v in\n    update public.t set x = 2 returning x\n  loop\n  end loop;'),
    7,
  ],
  ['what a body returns', inPlpgsql('  return query update public.t set x = 2 returning x;'), 7],
  [
    'a common table expression of a body',
    inPlpgsql(
      '  with gone as (\n    delete from public.t returning x\n  )\n  select count(*) into v from gone;',
    ),
    8,
  ],
  [
    'a handler of exceptions',
    inPlpgsql('  begin\n  exception when others then\n    delete from public.t;\n  end;'),
    9,
  ],
  ['a block without a name', 'do $$\nbegin\n  delete from public.t;\nend\n$$', 3],
]

describe('the SQL', () => {
  test('its updates and deletes, in files and in functions, all say which rows', async () => {
    const pieces = await readSqlFolder(MIGRATIONS)

    expect(writesWithoutWhere(pieces)).toEqual([])
  })

  test('its functions and files, but for the roles, put no statement together when they run', async () => {
    const pieces = await readSqlFolder(MIGRATIONS)

    // Roles, of which only the cluster tells whether they are there.
    expect(dynamicStatements(pieces)).toEqual([
      '0001_foundation.sql:11 EXECUTE of a text',
      '0001_foundation.sql:18 EXECUTE of a text',
    ])
  })

  test('its arguments, where they are null, never mean everybody’s', async () => {
    expect(nullsThatMeanAll(await readSqlFolder(MIGRATIONS))).toEqual([])
  })
})

describe('an argument that means all when it is null', () => {
  test.each<[string, string, number]>([
    ['in SQL', inSql('select 1 from public.t where\n  p_organization_id is null or t.x = 1'), 3],
    ['as a right', inSql('select 1 from public.t where t.x = 1 or (p_user_id is null)'), 2],
    ['with its function’s name', inSql('select f.p_agent_id is null or true'), 2],
    ['by a field', inSql('select (p_actor).id is null or true'), 2],
    ['in PL/pgSQL', inPlpgsql('  if p_actor is null or v = 1 then\n    return;\n  end if;'), 7],
    ['as what it is compared with', inSql('select 1 from public.t where x = coalesce(p_x, x)'), 2],
    ['on the other side', inSql('select 1 from public.t where coalesce(p_x, t.x) = t.x'), 2],
  ])('planted %s, is found with its file and line', async (_, text, line) => {
    expect(nullsThatMeanAll(await readSql('planted.sql', text))).toEqual([
      expect.stringMatching(`^planted.sql:${line} p_\\w+: null means all$`),
    ])
  })

  test.each([
    ['narrows a list', 'p_status is null or t.x = 1'],
    ['has a part', "p_event ->> 'x' is null or t.x = 1"],
    ['has a default', 't.x = coalesce(p_x, 1)'],
    ['is no argument', 't.x is null or t.x = 1'],
  ])('planted where it %s, is accepted', async (_, condition) => {
    const text = inSql(`select 1 from public.t where ${condition}`)

    expect(nullsThatMeanAll(await readSql('planted.sql', text))).toEqual([])
  })
})

describe('a write without WHERE', () => {
  test.each(planted)('planted in %s, is found with its file and line', async (_, text, line) => {
    const found = writesWithoutWhere(await readSql('planted.sql', text))

    expect(found).toEqual([expect.stringMatching(`^planted.sql:${line} \\w+ of t has no WHERE$`)])
  })

  test.each(planted)('planted in %s, with WHERE, is accepted', async (_, text) => {
    const repaired = text.replace(
      /update public.t set x = \d|delete from public.t/,
      '$& where x = 3',
    )

    expect(writesWithoutWhere(await readSql('planted.sql', repaired))).toEqual([])
  })
})

describe('a statement put together when it runs', () => {
  test.each<[string, string]>([
    ['executed', "  execute 'delete from public.t';"],
    ['looped over', "  for v in execute 'select 1' loop\n  end loop;"],
    ['returned', "  return query execute 'select 1';"],
  ])('planted, %s, is found with its file and line', async (_, body) => {
    const found = dynamicStatements(await readSql('planted.sql', inPlpgsql(body)))

    expect(found).toEqual<Finding[]>(['planted.sql:7 EXECUTE of a text'])
  })
})
