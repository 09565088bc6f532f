import { first } from './0001-first.js';
import { scans } from './0002-scans.js';
import { cases } from './0003-cases.js';
import { process } from './0004-process.js';
import { reports } from './0005-reports.js';
import { protections } from './0006-protections.js';
import { web } from './0007-web.js';
import { desk } from './0008-desk.js';
import { actionKinds } from './0009-action-kinds.js';
import { languages } from './0012-languages.js';
import { pages } from './0014-pages.js';
import { related } from './0015-related.js';
import { dueKinds } from './0016-due-kinds.js';
import { foundByIndex } from './0017-found-by-index.js';
import { fewerPages } from './0018-fewer-pages.js';
import type { Migration } from './migration.js';

/** In order; the schema's version is the number of steps that have run. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  scans,
  cases,
  process,
  reports,
  protections,
  web,
  desk,
  actionKinds,
  languages,
  pages,
  related,
  dueKinds,
  foundByIndex,
  fewerPages,
];
