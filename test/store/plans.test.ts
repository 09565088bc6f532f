import { describeLedgers } from '../support/ledgers.js';
import { plansSuite } from './suites/plans.js';

describeLedgers('statements', plansSuite);
