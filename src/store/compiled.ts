import type { Compilable, CompiledQuery, DialectAdapter, Kysely, QueryResult } from 'kysely';
import type { Tables } from './schema.js';

/** Placeholder for a value while a statement is built; `row` counts where a statement has several. */
class Place {
  constructor(
    readonly name: string,
    readonly row = 0,
  ) {}
}

/** How many rows one statement has, largest first. */
const ROW_COUNTS = [256, 64, 16, 4, 1] as const;

/**
 * A statement that is built and compiled at first use and then kept, for the few that run with every decision, where
 * building one takes longer than executing it in SQLite. `build` may only pass the values on to the statement; its
 * shape must not depend on them. `names` lists all values.
 */
export function compiledOnce<Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
  names: readonly (keyof Values & string)[],
): (db: Kysely<Tables>, values: Values) => Promise<QueryResult<Row>> {
  const statement = keptFor((db) => build(db, placesOf(names, 0)));
  return (db, values) => statement(db, [values]);
}

/**
 * The same for a statement over many rows: it is kept in a few sizes, and as many of the largest that fits are run.
 * Returns what all of them returned.
 */
export function compiledForRows<Values extends object, Row>(
  build: (db: Kysely<Tables>, rows: readonly Values[]) => Compilable<Row>,
  names: readonly (keyof Values & string)[],
): (db: Kysely<Tables>, rows: readonly Values[]) => Promise<Row[]> {
  const statements = ROW_COUNTS.map((size) => ({
    size,
    run: keptFor((db) =>
      build(
        db,
        Array.from({ length: size }, (_, row) => placesOf<Values>(names, row)),
      ),
    ),
  }));
  return async (db, rows) => {
    const returned: Row[] = [];
    let from = 0;
    for (const { size, run } of statements)
      for (; rows.length - from >= size; from += size)
        returned.push(...(await run(db, rows.slice(from, from + size))).rows);
    return returned;
  };
}

function placesOf<Values extends object>(names: readonly (keyof Values & string)[], row: number): Values {
  return Object.fromEntries(names.map((name) => [name, new Place(name, row)])) as Values;
}

/** Compiles a statement at first use, for each dialect, and runs it with the values of its rows. */
function keptFor<Values extends object, Row>(
  build: (db: Kysely<Tables>) => Compilable<Row>,
): (db: Kysely<Tables>, rows: readonly Values[]) => Promise<QueryResult<Row>> {
  const kept = new WeakMap<DialectAdapter, CompiledQuery<Row>>();
  return (db, rows) => {
    const { adapter } = db.getExecutor();
    let query = kept.get(adapter);
    if (query === undefined) {
      query = build(db).compile();
      kept.set(adapter, query);
    }
    const parameters = query.parameters.map((value) =>
      value instanceof Place ? rows[value.row]?.[value.name as keyof Values] : value,
    );
    return db.executeQuery<Row>({ ...query, parameters });
  };
}
