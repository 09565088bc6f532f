import type { Compilable, CompiledQuery, DialectAdapter, Kysely, QueryResult } from 'kysely';
import type { Tables } from './schema.js';

/** Placeholder for a value while a statement is built. */
class Place {
  constructor(readonly name: string) {}
}

/**
 * A statement that is built and compiled at first use and then kept, for the few that run with every decision, where
 * building one takes longer than executing it in SQLite. `build` may only pass the values on to the statement; its
 * shape must not depend on them. `names` lists all values.
 */
export function compiledOnce<Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values) => Compilable<Row>,
  names: readonly (keyof Values & string)[],
): (db: Kysely<Tables>, values: Values) => Promise<QueryResult<Row>> {
  const places = Object.fromEntries(names.map((name) => [name, new Place(name)])) as Values;
  /** one for each dialect */
  const kept = new WeakMap<DialectAdapter, CompiledQuery<Row>>();
  return (db, values) => {
    const { adapter } = db.getExecutor();
    let query = kept.get(adapter);
    if (query === undefined) {
      query = build(db, places).compile();
      kept.set(adapter, query);
    }
    const parameters = query.parameters.map((value) =>
      value instanceof Place ? values[value.name as keyof Values] : value,
    );
    return db.executeQuery<Row>({ ...query, parameters });
  };
}
