import { describeLedgers } from '../support/ledgers.js';
import { figuresSuite } from './suites/figures.js';

describeLedgers('the figures of a year', figuresSuite);
