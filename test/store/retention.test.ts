import { retentionSuite } from './suites/retention.js';

retentionSuite();
