-- The health of a TodoWorkflow, for Argo CD. A script sees the object as obj; of the libraries only base, table and os.time exist.
--   not seen yet      Progressing
--   Ready             Healthy: it is being done, or has ended well
--   Stalled           Degraded: it has ended badly, or somebody must mend it
-- Its Todos are shown beneath it, each with its own health.
local hs = {status = "Progressing", message = "waits for the operator"}
local status = obj.status
if status == nil or status.conditions == nil or status.observedGeneration ~= obj.metadata.generation then
  return hs
end

local conditions = {}
for _, condition in ipairs(status.conditions) do
  if condition.status == "True" then
    conditions[condition.type] = condition
  end
end

hs.message = status.message or ""
if status.progress ~= nil and conditions.Complete == nil and conditions.Failed == nil then
  hs.message = hs.message .. " (" .. status.progress .. ")"
end
if conditions.Stalled ~= nil then
  hs.status = "Degraded"
elseif conditions.Ready ~= nil then
  hs.status = "Healthy"
end
return hs
