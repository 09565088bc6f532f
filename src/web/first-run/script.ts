/**
 * Asks every few seconds whether the doctor's findings have changed, and only then reloads the page, so that nobody is
 * interrupted while reading or copying. Without it, the link on the page does the same.
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
