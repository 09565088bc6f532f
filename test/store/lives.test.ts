import { describeLedgers } from '../support/ledgers.js';
import { livesSuite } from './suites/lives.js';

describeLedgers('the lives of cases', livesSuite);
