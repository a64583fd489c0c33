// Search, theme and copying. Every page is whole without this file.
(function () {
  "use strict";
  var root = document.documentElement;
  var store = {
    // A page opened from a disk may have no storage.
    read: function () { try { return localStorage.getItem("theme"); } catch (e) { return null; } },
    write: function (theme) { try { localStorage.setItem("theme", theme); } catch (e) { /* not kept */ } }
  };
  var theme = store.read();
  if (theme === "dark" || theme === "light") { root.dataset.theme = theme; }

  document.addEventListener("DOMContentLoaded", function () {
    setUpTheme();
    setUpSearch();
    setUpCopying();
  });

  function setUpTheme() {
    var button = document.querySelector("button.theme");
    if (!button) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      var dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : window.matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      store.write(root.dataset.theme);
    });
  }

  function setUpSearch() {
    var form = document.querySelector("form.search");
    var rows = window.REFERENCE;
    if (!form || !rows) { return; }
    var input = form.querySelector("input");
    var found = form.querySelector(".found");
    var list = found.querySelector("ol");
    var status = found.querySelector("[role=status]");
    form.hidden = false;

    function show() {
      var hits = search(rows, input.value);
      list.textContent = "";
      found.hidden = input.value.trim() === "";
      hits.slice(0, 40).forEach(function (row) { list.appendChild(hit(row, found)); });
      if (hits.length === 0) {
        var none = document.createElement("li");
        none.className = "none";
        none.textContent = found.dataset.none;
        list.appendChild(none);
      }
      status.textContent = hits.length ? hits.length + " " + found.dataset.count : found.dataset.none;
    }

    input.addEventListener("input", show);
    input.addEventListener("focus", function () { if (input.value) { show(); } });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var first = list.querySelector("a");
      if (first) { first.click(); found.hidden = true; }
    });
    form.addEventListener("keydown", function (event) {
      var links = Array.prototype.slice.call(list.querySelectorAll("a"));
      var at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { found.hidden = true; input.focus(); }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") { return; }
      event.preventDefault();
      var next = at + (event.key === "ArrowDown" ? 1 : -1);
      (links[next] || input).focus();
    });
    list.addEventListener("click", function (event) {
      if (event.target.closest("a")) { found.hidden = true; }
    });
    document.addEventListener("click", function (event) {
      if (!form.contains(event.target)) { found.hidden = true; }
    });
    document.addEventListener("keydown", function (event) {
      var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        input.focus();
        input.select();
      }
    });
    // A search can be linked to: index.html?q=sub_openid
    var asked = new URLSearchParams(location.search).get("q");
    if (asked) { input.value = asked; show(); }
  }

  // Rows that hold every word; those called so come first.
  function search(rows, text) {
    var words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) { return []; }
    var hits = [];
    rows.forEach(function (row, at) {
      var name = row[1].toLowerCase();
      var all = (row[1] + "\n" + row[2] + "\n" + row[3]).toLowerCase();
      var holds = words.every(function (word) { return all.indexOf(word) >= 0; });
      if (!holds) { return; }
      var word = words[0];
      var rank = name === word ? 0
        : row[2].toLowerCase() === word ? 1
        : name.indexOf(word) === 0 ? 2
        : name.indexOf(word) > 0 ? 3
        : row[2].toLowerCase().indexOf(word) >= 0 ? 4 : 5;
      hits.push([rank, at, row]);
    });
    hits.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
    return hits.map(function (hit) { return hit[2]; });
  }

  function hit(row, found) {
    var item = document.createElement("li");
    var link = document.createElement("a");
    link.href = document.body.dataset.home + row[4];
    [["kind", found.dataset[row[0]]], ["name", row[1]], ["label", row[2]], ["where", row[3]]].forEach(function (part) {
      var text = document.createElement("span");
      text.className = part[0];
      text.textContent = part[1];
      link.appendChild(text);
    });
    item.appendChild(link);
    return item;
  }

  function setUpCopying() {
    if (!navigator.clipboard) { return; }
    document.querySelectorAll(".sample pre").forEach(function (pre) {
      var bar = pre.previousElementSibling;
      if (!bar || !bar.classList.contains("bar")) { return; }
      var button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = document.body.dataset.copy;
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(pre.textContent).then(function () {
          button.textContent = document.body.dataset.copied;
          setTimeout(function () { button.textContent = document.body.dataset.copy; }, 1500);
        });
      });
      bar.appendChild(button);
    });
  }
})();
