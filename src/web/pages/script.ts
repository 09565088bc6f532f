/**
 * The moderators' pages' only script. Everything works without it: it shows a line when cases have changed. It inserts
 * no external text.
 */
export const LIVE_SCRIPT = `'use strict';
(function () {
  var line = document.getElementById('live');
  if (!line || !window.EventSource) return;
  var source;
  function close() {
    if (source) source.close();
    source = undefined;
  }
  // a browser has few connections to one site: tabs that nobody looks at hold none
  function follow() {
    if (document.hidden) return close();
    if (source) return;
    var of = line.getAttribute('data-case');
    source = new EventSource(of ? '/live?case=' + encodeURIComponent(of) : '/live');
    source.addEventListener('change', function () { line.hidden = false; });
  }
  document.addEventListener('visibilitychange', follow);
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', follow);
  follow();
})();
`;
