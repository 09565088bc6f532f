import { privacySuite } from './suites/privacy.js';

privacySuite();
