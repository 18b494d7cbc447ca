-- A form of 64 KiB: the bytes of workloads/post-64k.mjs.
wrk.method = 'POST'
wrk.body = string.rep('p', 64 * 1024)
