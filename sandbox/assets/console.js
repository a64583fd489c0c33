// The console: forms as JSON, pages that follow what happens, theme, copying, keys.
(function () {
  "use strict";
  var root = document.documentElement;
  var saved = {
    // A browser may forbid storage.
    read: function () { try { return localStorage.getItem("theme"); } catch (e) { return null; } },
    write: function (theme) { try { localStorage.setItem("theme", theme); } catch (e) { /* not saved */ } }
  };
  var theme = saved.read();
  if (theme === "dark" || theme === "light") { root.dataset.theme = theme; }
  var words = document.body.dataset;

  // Theme

  var button = document.querySelector("button.theme");
  button.hidden = false;
  button.addEventListener("click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    saved.write(root.dataset.theme);
  });

  // Messages

  var toast = document.getElementById("toast");
  var timer;
  function say(text, failed) {
    toast.textContent = text;
    toast.classList.toggle("failed", Boolean(failed));
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(function () { toast.hidden = true; }, failed ? 8000 : 2500);
  }

  // Live parts: the page is asked for again, and the parts that differ are replaced.

  var running = false, again = false;
  function refresh() {
    if (running) { again = true; return; }
    running = true;
    fetch(location.href, { headers: { Accept: "text/html" } })
      .then(function (reply) { return reply.text(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html");
        document.querySelectorAll("[data-live]").forEach(function (old) {
          var part = fresh.getElementById(old.id);
          if (!part || part.innerHTML === old.dataset.seen) { return; }
          var open = Array.from(old.querySelectorAll("details[open] > summary")).map(function (summary) { return summary.textContent; });
          var focused = old.contains(document.activeElement) ? path(old, document.activeElement) : null;
          old.innerHTML = part.innerHTML;
          old.dataset.seen = part.innerHTML;
          old.querySelectorAll("details > summary").forEach(function (summary) {
            if (open.includes(summary.textContent)) { summary.parentNode.open = true; }
          });
          var back = focused && old.querySelector(focused);
          if (back) { back.focus(); }
        });
      })
      .catch(function () { /* the sign of life says that the sandbox is away */ })
      .finally(function () {
        running = false;
        if (again) { again = false; refresh(); }
      });
  }
  // A selector of an element inside another one, to find it in the fresh part.
  function path(top, element) {
    var steps = [];
    for (; element !== top; element = element.parentNode) {
      var place = Array.prototype.indexOf.call(element.parentNode.children, element) + 1;
      steps.unshift(element.tagName + ":nth-child(" + place + ")");
    }
    return ":scope > " + steps.join(" > ");
  }

  var life = document.getElementById("life");
  var source = new EventSource("/sandbox/events");
  function alive(event) {
    var data = JSON.parse(event.data);
    life.className = "life on";
    life.querySelector(".word").textContent = words.live;
    life.querySelector(".now").textContent = data.now;
  }
  source.addEventListener("alive", alive);
  source.addEventListener("change", function (event) { alive(event); refresh(); });
  source.addEventListener("error", function () {
    life.className = "life off";
    life.querySelector(".word").textContent = words.lost;
  });

  // Forms

  function content(form, button) {
    var body = {};
    form.querySelectorAll("[name]").forEach(function (field) {
      if (field.tagName === "BUTTON" || field.disabled || field.closest("fieldset[data-object]")) { return; }
      if (field.dataset.type === "boolean") { body[field.name] = field.checked; return; }
      if (field.value === "") { return; }
      body[field.name] = field.dataset.type === "number" ? Number(field.value) : field.value;
    });
    form.querySelectorAll("fieldset[data-object]").forEach(function (set) {
      var object = {};
      set.querySelectorAll("input[name]").forEach(function (field) { if (field.value !== "") { object[field.name] = field.value; } });
      var name = set.querySelector("[data-name]"), value = set.querySelector("[data-value]");
      if (name && name.value) { object[name.value] = value.value; }
      body[set.dataset.object] = object;
    });
    if (button && button.name) { body[button.name] = button.value; }
    return body;
  }
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.dataset.post) { return; }
    event.preventDefault();
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) { return; }
    var sender = event.submitter;
    if (sender) { sender.setAttribute("aria-busy", "true"); }
    fetch(form.dataset.post, {
      method: form.dataset.method || "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(content(form, sender))
    }).then(function (reply) {
      return reply.json().then(function (body) {
        var shown = form.dataset.result && document.getElementById(form.dataset.result);
        if (shown) {
          shown.textContent = "";
          var pre = document.createElement("pre");
          pre.textContent = body.report || JSON.stringify(body, null, 2);
          if (body.report) { pre.className = "wrap"; }
          shown.appendChild(pre);
        }
        say(reply.ok ? words.done : body.error, !reply.ok);
        refresh();
      });
    }).catch(function () { say(words.lost, true); }).finally(function () {
      if (sender) { sender.removeAttribute("aria-busy"); }
    });
  });

  // Fields that only some choices have.

  document.querySelectorAll("select[data-chooses]").forEach(function (select) {
    function choose() {
      select.form.querySelectorAll("[data-for]").forEach(function (label) {
        var wanted = label.dataset.for.split(" ").includes(select.value);
        label.hidden = !wanted;
        label.querySelector("[name]").disabled = !wanted;
      });
    }
    select.addEventListener("change", choose);
    choose();
  });

  // Copying

  document.addEventListener("click", function (event) {
    var copy = event.target.closest("[data-copy]");
    if (!copy) { return; }
    var text = copy.parentNode.querySelector("pre").textContent;
    navigator.clipboard.writeText(text).then(function () { say(words.copied); });
  });

  // Keys: / leads into the search.

  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) { return; }
    var search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  });
}());
