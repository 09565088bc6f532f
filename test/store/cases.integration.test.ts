import { describeLedgers } from '../support/ledgers.js';
import { casesSuite } from './suites/cases.js';

describeLedgers('cases', casesSuite);
