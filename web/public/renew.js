// Loads the page again where one of its files cannot be had: after an upgrade the files of the page before may be gone, or, while two versions
// answer by turns, come from the other one. This file has no hash in its name, so that every version of the service has it.
(function () {
  'use strict';
  var key = 'fayo.renewals';
  var most = 5;

  function count() {
    try {
      return Number(sessionStorage.getItem(key)) || 0;
    } catch {
      // Without storage there is no knowing how often it was tried, so that it is left to the user.
      return most;
    }
  }

  function tell() {
    var root = document.getElementById('root');
    if (root !== null && root.childElementCount === 0) {
      root.textContent = 'This page could not be loaded completely. Load it again in a moment.';
    }
  }

  addEventListener(
    'error',
    function (event) {
      var element = event.target;
      if (
        !(element instanceof HTMLScriptElement || element instanceof HTMLLinkElement) ||
        !/\/assets\//.test(element.src || element.href)
      ) {
        return;
      }

      var before = count();
      if (before >= most) {
        addEventListener('DOMContentLoaded', tell);
        tell();
        return;
      }

      sessionStorage.setItem(key, String(before + 1));
      setTimeout(
        function () {
          location.reload();
        },
        500 * Math.pow(2, before),
      );
    },
    true,
  );
})();
