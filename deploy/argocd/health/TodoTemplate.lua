-- The health of a TodoTemplate, for Argo CD: Healthy where it can be run, Degraded where it cannot, with all that is wrong.
local hs = {status = "Progressing", message = "waits for the operator"}
local status = obj.status
if status == nil or status.conditions == nil or status.observedGeneration ~= obj.metadata.generation then
  return hs
end

for _, condition in ipairs(status.conditions) do
  if condition.status == "True" and condition.type == "Stalled" then
    hs = {status = "Degraded", message = condition.message or condition.reason}
  elseif condition.status == "True" and condition.type == "Ready" then
    hs = {status = "Healthy", message = condition.message or ""}
  end
end
return hs
