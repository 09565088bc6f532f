import { describeLedgers } from '../support/ledgers.js';
import { actionsSuite } from './suites/actions.js';

describeLedgers('actions', actionsSuite);
