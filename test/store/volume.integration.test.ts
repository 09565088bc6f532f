import { describeLedgers } from '../support/ledgers.js';
import { volumeSuite } from './suites/volume.js';

describeLedgers('volume', volumeSuite);
