-- The health of a TodoDecision, for Argo CD, which shows it beneath its Todo. No pipeline creates decisions: people do.
local hs = {status = "Progressing", message = "waits to be judged"}
if obj.status ~= nil and obj.status.outcome ~= nil then
  hs.status = obj.status.outcome == "Counted" and "Healthy" or "Degraded"
  hs.message = obj.status.outcome .. ": " .. (obj.status.message or obj.status.reason or "")
end
return hs
