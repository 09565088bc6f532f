import { describeLedgers } from '../support/ledgers.js';
import { commitsSuite } from './suites/commits.js';

describeLedgers('commits', commitsSuite);
