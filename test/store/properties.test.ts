import { describeLedgers } from '../support/ledgers.js';
import { propertiesSuite } from './suites/properties.js';

describeLedgers('properties', propertiesSuite);
