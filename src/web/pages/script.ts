/**
 * The one script, of the moderators' pages. It makes nothing possible that is not possible without it: it shows a line
 * when cases have changed. It writes no text that came from anywhere.
 */
export const LIVE_SCRIPT = `'use strict';
(function () {
  var line = document.getElementById('live');
  if (!line || !window.EventSource) return;
  var source = new EventSource('/live');
  source.addEventListener('change', function () { line.hidden = false; });
  source.addEventListener('error', function () { if (source.readyState === 2) source.close(); });
  window.addEventListener('pagehide', function () { source.close(); });
})();
`;
