-- Sends 16 requests in one write. wrk counts the answers by itself.
local depth = 16
local batch

function init()
  local requests = {}
  for i = 1, depth do requests[i] = wrk.format() end
  batch = table.concat(requests)
end

function request() return batch end
