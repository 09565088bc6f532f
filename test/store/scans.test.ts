import { describeLedgers } from '../support/ledgers.js';
import { scansSuite } from './suites/scans.js';

describeLedgers('scans', scansSuite);
