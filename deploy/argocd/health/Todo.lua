-- The health of a Todo, for Argo CD. A script sees the object as obj; of the libraries only base, table and os.time exist.
--   not seen yet                            Progressing
--   Ready                                   Healthy: accepted (readiness: Accepted) or ended well
--   Stalled                                 Degraded: ended badly, or somebody must mend it
--   Reconciling (readiness: Complete)       Suspended while a person is waited for, else Progressing
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
if conditions.Overdue ~= nil and conditions.Complete == nil and conditions.Failed == nil then
  hs.message = hs.message .. " (" .. (conditions.Overdue.message or "overdue") .. ")"
end
if conditions.Stalled ~= nil then
  hs.status = "Degraded"
elseif conditions.Ready ~= nil then
  hs.status = "Healthy"
elseif status.reason == "AwaitingDecision" or status.reason == "Suspended" then
  hs.status = "Suspended"
end
return hs
