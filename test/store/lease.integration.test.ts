import { leaseSuite } from './suites/lease.js';

leaseSuite();
