export { createReportRouter, type ReportRouterOptions } from './endpoints.js';
export { createReportPoller, type ReportPoller, type ReportPollerOptions } from './poll.js';
export {
  findingOfReport,
  incomingReport,
  reportKey,
  type Complaint,
  type IncomingReport,
  type OnReport,
  type ReportNote,
} from './report.js';
export { createReporterHomeserver, type ReporterHomeserver } from './reporter-homeserver.js';
export { createReportTaker, type ReportTakerOptions } from './take.js';
