/** The documents of the admin page. Everything that changes is put in by page-script.ts. */

const HEAD = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>fastserve</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M9 0 3 9h4l-1 7 7-10H9z' fill='%235b5bd6'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/page.css">`;

/** `problem`: shown above the form; plain text of ours. */
export const LOGIN_PAGE = (problem: string): string => `${HEAD}
</head>
<body class="login">
<main>
<h1><span class="bolt" aria-hidden="true"></span>fastserve</h1>
<form method="post" action="/login">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
${problem === '' ? '' : `<p role="alert">${problem}</p>`}
<button>Sign in</button>
</form>
</main>
</body>
</html>
`;

export const PAGE = `${HEAD}
<script src="/page.js" defer></script>
</head>
<body>
<header>
<h1><span class="bolt" aria-hidden="true"></span>fastserve</h1>
<p id="facts"></p>
<p id="live" role="status"><span class="dot" aria-hidden="true"></span><span id="live-text">connecting</span></p>
</header>
<main>
<section class="tiles" aria-label="Now" id="tiles"></section>
<section class="card" aria-labelledby="traffic-title">
<div class="title"><h2 id="traffic-title">Traffic</h2><p class="legend"><i class="rate"></i>requests/s <i class="p50"></i>median <i class="p99"></i>99%</p></div>
<div class="chart" id="traffic"></div>
</section>
<section class="card" aria-labelledby="life-title">
<div class="title"><h2 id="life-title">Life of a request</h2><p class="quiet" id="life-note"></p></div>
<ol class="life" id="life"></ol>
</section>
<div class="columns">
<section class="card" aria-labelledby="requests-title">
<div class="title"><h2 id="requests-title">Requests</h2>
<div class="choice" role="group" aria-label="Which requests">
<button id="show-recent" aria-pressed="true">Recent</button><button id="show-slow" aria-pressed="false">Slowest</button><button id="show-failed" aria-pressed="false">Failed</button>
</div></div>
<div class="requests" id="requests"></div>
</section>
<section class="card sticky" aria-labelledby="waterfall-title">
<div class="title"><h2 id="waterfall-title">Waterfall</h2><p class="quiet" id="waterfall-facts"></p></div>
<div id="waterfall" aria-live="polite"><p class="empty">Choose a request.</p></div>
</section>
</div>
<section class="card" aria-labelledby="workers-title">
<div class="title"><h2 id="workers-title">Workers</h2></div>
<div class="workers" id="workers"></div>
</section>
<div class="systems">
<section class="card" aria-labelledby="pools-title" id="pools-card" hidden><div class="title"><h2 id="pools-title">Pools</h2></div><ul class="rows" id="pools"></ul></section>
<section class="card" aria-labelledby="cache-title" id="cache-card" hidden><div class="title"><h2 id="cache-title">Cache</h2></div><ul class="rows" id="cache"></ul></section>
<section class="card" aria-labelledby="upstreams-title" id="upstreams-card" hidden><div class="title"><h2 id="upstreams-title">Upstreams</h2></div><ul class="rows" id="upstreams"></ul></section>
</div>
<section class="card" aria-labelledby="routes-title">
<div class="title"><h2 id="routes-title">Routes and lanes</h2></div>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Route</th><th scope="col">Share</th><th scope="col">Requests/s</th><th scope="col">Median</th><th scope="col">99%</th><th scope="col">Total</th><th scope="col">Errors</th></tr></thead><tbody id="routes"></tbody></table></div>
</section>
</main>
</body>
</html>
`;
