import { describeLedgers } from '../support/ledgers.js';
import { pagesSuite } from './suites/pages.js';

describeLedgers('what the web pages ask for', pagesSuite);
