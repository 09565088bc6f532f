import { describeLedgers } from '../support/ledgers.js';
import { schemaSuite } from './suites/schema.js';

describeLedgers('schema', schemaSuite);
