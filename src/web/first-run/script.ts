/**
 * Asks every few seconds whether the doctor says something else by now, and only then loads the page again: nobody who
 * reads or copies is torn away. Without it the link on the page does the same.
 */
export const LOOK_SCRIPT = `'use strict';
(function () {
  var shown = document.getElementById('mark');
  if (!shown || !window.fetch) return;
  setInterval(function () {
    if (document.hidden) return;
    fetch('/mark').then(function (response) {
      return response.ok ? response.text() : '';
    }).then(function (mark) {
      if (mark !== '' && mark !== shown.getAttribute('data-mark')) location.reload();
    }, function () {});
  }, 5000);
})();
`;
